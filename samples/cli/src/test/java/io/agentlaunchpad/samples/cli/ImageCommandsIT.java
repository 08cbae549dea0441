package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.samples.cli.Command.Ended;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTlsRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.TlsRegistry;
import io.agentlaunchpad.testbed.Trivy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images by the packaged command, on the real registry and with the real scanner. */
@RealRegistry
@RealTrivy
class ImageCommandsIT {

    @TempDir
    private Path directory;

    private Command launchpad;
    private Path file;

    @BeforeEach
    void prepare() throws IOException {
        launchpad = new Command(directory.resolve("home"));
        file = Files.writeString(
                directory.resolve("ada.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"Explains\"]}}");
    }

    @Test
    void an_image_is_built_scanned_named_and_described(Registry registry, Trivy trivy) throws Exception {
        Ended built = build(registry, trivy, registry.baseImage(), "--json").exits(0);

        List<String> lines = built.out().strip().lines().toList();
        JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        String image = last.path("image").asText();
        assertThat(image).startsWith(registry.repository() + "/ada@sha256:");
        assertThat(lines).filteredOn(line -> line.contains("sha256:")).hasSize(1);

        Ended again = build(registry, trivy, registry.baseImage(), "--json").exits(0);
        assertThat(again.out()).contains(image);
        assertThat(launchpad.run(with(trivy, "scan", image)).exits(0).out()).contains("passes");
        JsonNode bill = new ObjectMapper()
                .readTree(launchpad.run("sbom", image).exits(0).out());
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.path("components")).hasSizeGreaterThan(50);
    }

    @Test
    void a_planted_vulnerability_refuses_the_image_and_a_waiver_lets_it_pass_for_a_time(Registry registry, Trivy trivy)
            throws Exception {
        Ended refused = build(registry, trivy, trivy.vulnerableImage()).exits(3);

        assertThat(refused.err()).contains("CVE-2021-44906", "minimist", "Fix:");
        assertThat(tags(registry, "ada")).as("tags of a refused image").allMatch(tag -> tag.startsWith("pending-"));

        build(registry, trivy, trivy.vulnerableImage(), "--waive-finding", "CVE-2021-44906=2020-01-01=over")
                .exits(3);
        Ended waived = build(
                        registry, trivy, trivy.vulnerableImage(), "--waive-finding", "CVE-2021-44906=2199-01-01=unused")
                .exits(0);
        assertThat(waived.err()).contains("waived until 2199-01-01: unused");
        assertThat(tags(registry, "ada")).anyMatch(tag -> !tag.startsWith("pending-"));
    }

    @Test
    void without_a_scanner_the_image_is_refused_with_the_reason(Registry registry, Trivy trivy) {
        Ended ended = launchpad
                .run(
                        "build",
                        file.toString(),
                        "--image-repository",
                        registry.repository(),
                        "--base-image",
                        registry.baseImage(),
                        "--trivy",
                        directory.resolve("nowhere").toString())
                .exits(3);

        assertThat(ended.err()).contains("could not scan", "nowhere", "Fix:");
    }

    @Test
    void an_agent_stands_on_a_runtime_built_elsewhere_in_a_registry_and_in_a_tar(Registry registry) throws Exception {
        String base = registry.baseImage();
        launchpad
                .run(unscanned("--image-repository", registry.repository(), "--base-image", base))
                .exits(0);
        String hash = tags(registry, "runtime").stream()
                .filter(tag -> tag.matches("[0-9a-f]{32}"))
                .findFirst()
                .orElseThrow();
        String runtime = registry.repository() + "/runtime:" + hash;

        String other = registry.repository() + "/other";
        Ended built = launchpad
                .run(unscanned("--image-repository", other, "--runtime-image", runtime))
                .exits(0);
        assertThat(built.out()).contains(other + "/ada@sha256:");
        Path tar = directory.resolve("ada.tar");
        launchpad
                .run(unscanned("--tar", tar.toString(), "--runtime-image", runtime))
                .exits(0);
        assertThat(tar).isRegularFile();

        Files.writeString(
                file,
                "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"Explains\"]}, \"selectedPlugins\":"
                        + " [\"@elizaos/plugin-openai\"]}");
        Ended lacking = launchpad
                .run(unscanned("--image-repository", other, "--runtime-image", runtime))
                .exits(3);
        assertThat(lacking.err()).contains("it has no @elizaos/plugin-openai", "Fix:");
        Ended none = launchpad
                .run(unscanned("--image-repository", other, "--runtime-image", base))
                .exits(3);
        assertThat(none.err()).contains("does not say which plugins and runner it holds", "Fix:");
    }

    @Test
    @RealTlsRegistry
    void a_real_image_is_the_same_in_both_registries_and_skopeo_pulls_it(Registry registry, TlsRegistry tls)
            throws Exception {
        String login = Base64.getEncoder()
                .encodeToString((tls.username() + ":" + tls.password()).getBytes(StandardCharsets.UTF_8));
        Path docker = Files.createDirectory(directory.resolve("docker"));
        Path logins = Files.writeString(
                docker.resolve("config.json"), "{\"auths\": {\"" + tls.host() + "\": {\"auth\": \"" + login + "\"}}}");
        Command trusting = launchpad
                .with("DOCKER_CONFIG", docker.toString())
                .with(
                        "JAVA_TOOL_OPTIONS",
                        "-Djavax.net.ssl.trustStore=" + trusting(tls.authority())
                                + " -Djavax.net.ssl.trustStorePassword=changeit");

        launchpad
                .run(unscanned("--image-repository", registry.repository(), "--base-image", registry.baseImage()))
                .exits(0);
        trusting.run(unscanned("--image-repository", tls.repository(), "--base-image", registry.baseImage()))
                .exits(0);
        Path certificates = Files.createDirectory(directory.resolve("certificates"));
        Files.copy(tls.authority(), certificates.resolve("ca.crt"));
        Path plain = pulled(registry.repository(), "--src-tls-verify=false");
        Path secure = pulled(tls.repository(), "--src-cert-dir=" + certificates, "--src-authfile=" + logins);

        assertThat(secure.resolve("manifest.json")).hasSameBinaryContentAs(plain.resolve("manifest.json"));
    }

    /** A trust store that knows one authority. */
    private Path trusting(Path authority) throws Exception {
        Path store = directory.resolve("trust.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        command(
                keytool,
                "-importcert",
                "-noprompt",
                "-file",
                authority.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        return store;
    }

    private Path pulled(String repository, String... options) throws Exception {
        Path to = Files.createTempDirectory(directory, "pulled");
        List<String> line = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy"));
        line.addAll(List.of(options));
        String tag = finalTag(repository, options);
        line.addAll(List.of("docker://" + repository + "/ada:" + tag, "dir:" + to));
        command(line.toArray(String[]::new));
        return to;
    }

    private String finalTag(String repository, String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("skopeo", "list-tags"));
        for (String option : options) {
            line.add(option.replace("--src-", "--"));
        }
        line.add("docker://" + repository + "/ada");
        for (JsonNode tag : new ObjectMapper()
                .readTree(command(line.toArray(String[]::new)))
                .path("Tags")) {
            if (!tag.asText().startsWith("pending-") && !tag.asText().startsWith("sha256-")) {
                return tag.asText();
            }
        }
        throw new AssertionError("no final tag in " + repository);
    }

    private static String command(String... line) throws Exception {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private String[] unscanned(String... more) {
        List<String> arguments = new ArrayList<>(List.of("build", file.toString(), "--scanner", "none"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void wrong_words_exit_with_2() {
        launchpad.ask("build", file.toString()).exits(2);
        launchpad
                .ask("build", file.toString(), "--image-repository", "NOT a repository")
                .exits(2);
        launchpad
                .ask("build", file.toString(), "--tar", "a.tar", "--scanner", "psychic")
                .exits(2);
        launchpad
                .ask("build", file.toString(), "--tar", "a.tar", "--max-severity", "mild")
                .exits(2);
        launchpad.ask("scan", "nonsense").exits(2);
        launchpad.ask("sbom", "nonsense").exits(2);
    }

    private Ended build(Registry registry, Trivy trivy, String base, String... more) {
        List<String> arguments = new ArrayList<>(List.of(with(
                trivy, "build", file.toString(), "--image-repository", registry.repository(), "--base-image", base)));
        arguments.addAll(List.of(more));
        return launchpad.run(arguments.toArray(String[]::new));
    }

    private static String[] with(Trivy trivy, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--trivy",
                trivy.program().toString(),
                "--trivy-cache",
                trivy.cache().toString(),
                "--trivy-offline"));
        return all.toArray(String[]::new);
    }

    private static List<String> tags(Registry registry, String agent) throws Exception {
        String path = registry.repository().substring(registry.host().length() + 1) + "/" + agent;
        URI list = URI.create("http://" + registry.host() + "/v2/" + path + "/tags/list");
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                .body();
        List<String> tags = new ArrayList<>();
        new ObjectMapper().readTree(body).path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }
}
