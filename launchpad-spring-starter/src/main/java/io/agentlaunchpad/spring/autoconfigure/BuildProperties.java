package io.agentlaunchpad.spring.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties of images and their scan; each calls the method of the same name. */
final class BuildProperties {

    private BuildProperties() {}

    /**
     * Images built without Docker.
     *
     * @param pushingTo registry and path that images are pushed to, such as registry.example/agents
     * @param toTar file or directory that images are written to, instead of a registry
     * @param baseImage what runtime images stand on: a glibc Linux with Node, by tag or digest
     * @param runtimeImage a runtime image built elsewhere; then no npm is needed here
     * @param plainHttp hosts, with port, that are spoken to without TLS
     * @param credentials login of the registry; Docker's configuration is asked unless set
     * @param cacheDirectory where layers wait until they are pushed
     */
    @ConfigurationProperties("launchpad.artifacts")
    record Artifacts(
            @Nullable String pushingTo,
            @Nullable Path toTar,
            @Nullable String baseImage,
            @Nullable String runtimeImage,
            @DefaultValue Set<String> plainHttp,
            @Nullable Login credentials,
            @Nullable Path cacheDirectory) {}

    /**
     * A login.
     *
     * @param user name
     * @param password a secret
     */
    record Login(String user, String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Trivy looks into images before they count.
     *
     * @param enabled whether it does
     * @param at the program; trivy of PATH unless set
     * @param sha256 checksum that the program must have, 64 hex digits
     * @param server address of a Trivy server
     * @param token of the server, a secret
     * @param cacheDirectory where Trivy keeps its database
     * @param offline whether it downloads nothing
     * @param withMisconfigurations whether it looks for misconfigurations too
     * @param within how long one scan may take
     * @param resultsDirectory where reports are kept
     * @param plainHttp hosts, with port, that are spoken to without TLS
     */
    @ConfigurationProperties("launchpad.scanner.trivy")
    record Trivy(
            @DefaultValue("false") boolean enabled,
            @Nullable Path at,
            @Nullable String sha256,
            @Nullable URI server,
            @Nullable String token,
            @Nullable Path cacheDirectory,
            @DefaultValue("false") boolean offline,
            @DefaultValue("false") boolean withMisconfigurations,
            @Nullable Duration within,
            @Nullable Path resultsDirectory,
            @DefaultValue Set<String> plainHttp) {

        /** Without the token. */
        @Override
        public String toString() {
            return "Trivy";
        }
    }
}
