package io.agentlaunchpad.build.internal.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logins from Docker's {@code config.json} and the credential helpers that it names ({@code credHelpers},
 * {@code credsStore}, {@code auths}), found as Docker finds it: below {@code DOCKER_CONFIG}, else in the home directory.
 */
public final class DockerLogins implements Logins {

    /** Docker keeps Docker Hub's login under this name, and a credential store knows no other. */
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    private final Path config;
    private final Map<String, String> remarks = new ConcurrentHashMap<>();

    public DockerLogins() {
        this(defaultConfig());
    }

    public DockerLogins(Path config) {
        this.config = config;
    }

    private static Path defaultConfig() {
        String named = System.getenv("DOCKER_CONFIG");
        Path folder = named == null || named.isBlank()
                ? Path.of(System.getProperty("user.home", "."), ".docker")
                : Path.of(named);
        return folder.resolve("config.json");
    }

    @Override
    public Optional<Login> find(String host) {
        if (!Files.isReadable(config)) {
            return Optional.empty();
        }
        remarks.remove(host);
        CredentialRetriever retriever = CredentialRetrieverFactory.forImage(
                        ImageReference.of(host, "launchpad", null), event -> heard(host, event))
                .dockerConfig(config);
        try {
            Optional<Credential> found = hubs(host);
            if (found.isEmpty()) {
                found = retriever.retrieve();
            }
            return found.map(one -> new Login(one.getUsername(), one.getPassword()));
        } catch (CredentialRetrievalException e) {
            throw new PreflightException(
                    "REGISTRY_CREDENTIALS",
                    "The login for " + host + " could not be read from " + config + ": " + reason(e) + ".",
                    "repair that file or the credential helper it names, or call credentials(user, password).",
                    e);
        }
    }

    private Optional<Credential> hubs(String host) {
        if (!Registries.served(host).equals(Registries.HUB)) {
            return Optional.empty();
        }
        try {
            return DockerConfigCredentialRetriever.create(HUB_KEY, config).retrieve(event -> heard(host, event));
        } catch (IOException e) {
            // What cannot be read holds no login.
            return Optional.empty();
        }
    }

    /** As Docker does, a helper that fails leaves us strangers; it is told only if the registry knows no strangers. */
    private void heard(String host, LogEvent event) {
        if (event.getLevel() == LogEvent.Level.WARN) {
            // What follows the first line may be the helper's output, and that may be a secret.
            remarks.put(host, event.getMessage().lines().findFirst().orElse("").strip());
        }
    }

    @Override
    public String remark(String host) {
        return remarks.getOrDefault(host, "");
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
