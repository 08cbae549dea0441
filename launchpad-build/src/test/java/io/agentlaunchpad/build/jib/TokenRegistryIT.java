package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Registries that give out bearer tokens, logins by Docker's configuration and its helpers, and the default base image. */
@RealRegistry
@Execution(ExecutionMode.CONCURRENT)
class TokenRegistryIT {

    @TempDir
    private static Path tls;

    @TempDir
    private Path temp;

    private Registry registry;
    private String smallBase;
    private TokenRegistry tokens;
    private Path docker;
    private Path packages;

    @BeforeAll
    static void makeCertificate() throws Exception {
        TokenRegistry.certify(tls);
    }

    @BeforeEach
    void standBefore(Registry given) throws Exception {
        registry = given;
        // Tokens end in the middle of a build.
        smallBase = TestImages.smallBase(given);
        tokens = new TokenRegistry(given.host(), smallBase, tls, 6);
        packages = Packages.small(temp);
        docker = Files.createDirectories(temp.resolve("docker"));
    }

    @AfterEach
    void stop() throws Exception {
        tokens.close();
    }

    private String build(List<String> options, String base, Map<String, String> environment) throws Exception {
        return build(options, tokens.host(), base, environment);
    }

    private String build(List<String> options, String host, String base, Map<String, String> environment)
            throws Exception {
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put("DOCKER_CONFIG", docker.toString());
        return ForkedBuild.start(
                        ForkedBuild.THIS_JAVA,
                        options,
                        List.of(
                                registry.repository().replace(registry.host(), host),
                                base,
                                packages.toString(),
                                temp.resolve("cache").toString()),
                        variables)
                .said();
    }

    private String base() {
        return smallBase.replace(registry.host(), tokens.host());
    }

    /** A credential helper: answers {@code get} with what the script prints. */
    private Map<String, String> helper(String script) throws Exception {
        Path folder = Files.createDirectories(temp.resolve("bin"));
        Path program = Files.writeString(
                folder.resolve("docker-credential-xyz"),
                "#!/bin/sh\nread host\necho \"$1 $host\" >> " + temp.resolve("asked") + "\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return Map.of("PATH", folder + ":" + System.getenv("PATH"));
    }

    @Test
    void aLoginOfACredentialHelperIsTradedForTokensThatAreFetchedAnewWhenTheyEnd() throws Exception {
        Files.writeString(docker.resolve("config.json"), "{\"credHelpers\":{\"" + tokens.host() + "\":\"xyz\"}}");
        String said = build(
                tokens.trust(),
                base(),
                helper("echo '{\"Username\":\"" + TokenRegistry.USER + "\",\"Secret\":\"" + TokenRegistry.PASSWORD
                        + "\"}'"));

        assertThat(ForkedBuild.line(said, "DIGEST")).startsWith("sha256:");
        assertThat(Files.readAllLines(temp.resolve("asked"))).allMatch(line -> line.equals("get " + tokens.host()));
        assertThat(tokens.tokenRequests())
                .allMatch(line -> line.startsWith("basic ["))
                .anyMatch(line -> line.contains("/ada:pull,push"))
                .anyMatch(line -> line.contains("/runtime:pull,push"));
        String one = "basic [repository:" + repository("ada") + ":pull,push]";
        assertThat(tokens.tokenRequests())
                .filteredOn(one::equals)
                .as("tokens for pushing")
                .hasSizeGreaterThan(1);
        assertThat(tokens.requests()).anyMatch(line -> line.matches("PUT /v2/.*/ada/manifests/[0-9a-f]{32}"));
    }

    @Test
    void aPasswordThatEndsInTheMiddleOfABuildIsAskedForAnew() throws Exception {
        Files.writeString(docker.resolve("config.json"), "{\"credsStore\":\"xyz\"}");
        Path secret = Files.writeString(temp.resolve("secret"), TokenRegistry.PASSWORD);
        tokens.endPasswordAfter(2, secret);
        String said = build(
                tokens.trust(),
                base(),
                helper("echo '{\"Username\":\"" + TokenRegistry.USER + "\",\"Secret\":\"'$(cat " + secret + ")'\"}'"));

        assertThat(ForkedBuild.line(said, "DIGEST")).startsWith("sha256:");
        assertThat(Files.readAllLines(temp.resolve("asked")))
                .as("once, then anew, and by each of Jib's two sides")
                .hasSize(4);
    }

    @Test
    void anIdentityTokenOfDockersLoginIsTradedByOauth() throws Exception {
        String auth = Base64.getEncoder().encodeToString("00000000-0000-0000-0000-000000000000:".getBytes());
        Files.writeString(
                docker.resolve("config.json"),
                "{\"auths\":{\"" + tokens.host() + "\":{\"auth\":\"" + auth + "\",\"identitytoken\":\""
                        + TokenRegistry.REFRESH_TOKEN + "\"}}}");
        String said = build(tokens.trust(), base(), Map.of());

        assertThat(ForkedBuild.line(said, "DIGEST")).startsWith("sha256:");
        assertThat(tokens.tokenRequests()).allMatch(line -> line.startsWith("refresh_token ["));
    }

    @Test
    void aHelperThatFailsAndALoginThatIsWrongEachSayWhatToDoAndNoPassword() throws Exception {
        Files.writeString(docker.resolve("config.json"), "{\"credsStore\":\"xyz\"}");
        assertThat(build(tokens.trust(), base(), helper("echo 'the keyring is locked' >&2; echo 's3cr3t'; exit 1")))
                .contains("without a login (The credential helper (docker-credential-xyz) has nothing for")
                .contains("Fix: run `docker login")
                .doesNotContain("s3cr3t")
                .doesNotContain("DIGEST");
        assertThat(build(
                        tokens.trust(),
                        base(),
                        helper("echo '{\"Username\":\"" + TokenRegistry.USER + "\",\"Secret\":\"wr0ng-secret\"}'")))
                .contains("answered 401")
                .contains("docker login")
                .doesNotContain("wr0ng-secret")
                .doesNotContain("DIGEST");
        assertThat(tokens.requests()).as("asked with a good token").isEmpty();
    }

    @Test
    void withoutALoginTheTokenOfAStrangerIsNotEnough() throws Exception {
        assertThat(build(tokens.trust(), base(), Map.of()))
                .contains("docker login")
                .doesNotContain("DIGEST");
        assertThat(tokens.tokenRequests()).allMatch(line -> line.startsWith("anonymous ["));
    }

    @Test
    void theDefaultBaseImageIsReadFromDockerHubByAStrangersTokenAndResolvedToItsDigest() throws Exception {
        Files.writeString(
                docker.resolve("config.json"),
                "{\"auths\":{\"" + tokens.host() + "\":{\"auth\":\""
                        + Base64.getEncoder()
                                .encodeToString((TokenRegistry.USER + ":" + TokenRegistry.PASSWORD).getBytes())
                        + "\"}}}");
        String said = build(tokens.trustAndProxy(), ForkedBuild.DEFAULT_BASE, Map.of());

        assertThat(ForkedBuild.line(said, "LOCK"))
                .contains("\"asked\":\"docker.io/library/node:24-bookworm-slim\"")
                .containsPattern("\"baseImage\":\"docker.io/library/node@sha256:[0-9a-f]{64}\"");
        assertThat(ForkedBuild.line(said, "DIGEST")).startsWith("sha256:");
        assertThat(tokens.tokenRequests())
                .contains("anonymous [repository:library/node:pull]")
                .noneMatch(line -> line.startsWith("basic") && line.contains("library/node:pull]"));
        assertThat(tokens.requests()).contains("GET /v2/library/node/manifests/24-bookworm-slim");
    }

    @Test
    void aGivenLoginPushesToDockerHubWhichTakesTheBaseImageOverAndNamesTheImage() throws Exception {
        String said = build(
                tokens.trustAndProxy(),
                "docker.io",
                ForkedBuild.DEFAULT_BASE,
                Map.of("FORKED_USER", TokenRegistry.USER, "FORKED_PASSWORD", TokenRegistry.PASSWORD));

        assertThat(ForkedBuild.line(said, "IMAGE")).startsWith("docker.io/" + repository("ada") + "@sha256:");
        assertThat(tokens.tokenRequests()).allMatch(line -> line.startsWith("basic ["));
        assertThat(tokens.requests())
                .anyMatch(line -> line.matches("POST .*/runtime/blobs/uploads/\\?mount=.*from=library.*node"))
                .anyMatch(line -> line.matches("PUT /v2/.*/ada/manifests/[0-9a-f]{32}"));
    }

    @Test
    void dockersCredentialStoreIsAskedForDockerHubByDockersKey() throws Exception {
        Files.writeString(docker.resolve("config.json"), "{\"credsStore\":\"xyz\"}");
        String said = build(
                tokens.trustAndProxy(),
                "docker.io",
                ForkedBuild.DEFAULT_BASE,
                helper(
                        "[ \"$host\" = https://index.docker.io/v1/ ] || { echo 'credentials not found in native keychain';"
                                + " exit 1; }\necho '{\"Username\":\"" + TokenRegistry.USER + "\",\"Secret\":\""
                                + TokenRegistry.PASSWORD + "\"}'"));

        assertThat(ForkedBuild.line(said, "DIGEST")).startsWith("sha256:");
        assertThat(Files.readAllLines(temp.resolve("asked")))
                .allMatch(line -> line.equals("get https://index.docker.io/v1/"));
    }

    @Test
    void aDefaultBaseImageThatCannotBeReachedNamesItsRegistry() throws Exception {
        String said = build(
                List.of("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=1"), ForkedBuild.DEFAULT_BASE, Map.of());

        assertThat(said)
                .contains("Registry docker.io cannot be reached")
                .contains("library/node:24-bookworm-slim")
                .contains("Fix: ")
                .doesNotContain("LOCK");
    }

    private String repository(String image) {
        return registry.repository().substring(registry.host().length() + 1) + "/" + image;
    }
}
