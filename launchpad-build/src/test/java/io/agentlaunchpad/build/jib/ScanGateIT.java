package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.ManualLaunchpad;
import io.agentlaunchpad.MovableClock;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole launch, from the specification to the platform, with a vulnerable package in the runtime's layer. */
@RealRegistry
@Execution(ExecutionMode.CONCURRENT)
@RealTrivy
class ScanGateIT {

    private static final String VULNERABILITY = "CVE-2021-44906";
    private static final LocalDate END = LocalDate.parse("2026-01-31");

    /** Shared by the tests: what is known of a runtime by its digest need not be found out again. */
    @TempDir
    private static Path shared;

    private static Registry registry;
    private static Trivy trivy;
    private static Path modules;

    @TempDir
    private Path temp;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakePlatform platform = new FakePlatform().runningImages();
    private ManualLaunchpad manual;
    private String repository;

    @BeforeAll
    static void plant(Registry givenRegistry, Trivy givenTrivy) throws Exception {
        registry = givenRegistry;
        trivy = givenTrivy;
        modules = Packages.small(shared);
        Files.writeString(
                modules.resolve("minimist/package.json"),
                "{\"name\":\"minimist\",\"version\":\"1.2.5\",\"license\":\"MIT\"}\n");
    }

    @AfterEach
    void close() {
        manual.close();
    }

    private TrivyScanner realScanner() {
        return TrivyScanner.at(trivy.program())
                .cacheDirectory(trivy.cache())
                .offline()
                .resultsDirectory(shared.resolve("results"));
    }

    private void wire(String name, TrivyScanner scanner, ScanPolicy policy) {
        repository = registry.repository() + "/" + name;
        JibImageBuilder builder = JibImageBuilder.pushingTo(repository)
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve("cache"))
                .projects(new GivenProjects(modules, "vulnerable"));
        manual = ManualLaunchpad.with(
                clock,
                "gate",
                parts -> parts.platform("test", platform)
                        .artifacts(builder)
                        .scanner(scanner)
                        .policy(LaunchPolicy.standard().scan(policy)));
    }

    private Report launch(String bio) {
        AgentSpec spec = AgentSpec.named("ada").bio(bio).build();
        Operation operation = manual.launchpad().submit(LaunchRequest.of(spec), Secrets.none());
        manual.runAll();
        return operation.report().orElseThrow();
    }

    private static String message(Report report) {
        return report.failureIfAny().orElseThrow().message();
    }

    private void assertNothingCounts() throws Exception {
        assertThat(platform.calls()).isEmpty();
        for (String image : List.of("ada", "runtime")) {
            assertThat(tags(image)).as(image).anyMatch(tag -> tag.startsWith("pending-"));
            assertThat(finalTags(image)).as(image).isEmpty();
        }
    }

    @Test
    void aVulnerabilityAboveTheCeilingRejectsTheLaunch() throws Exception {
        wire("rejected", realScanner(), ScanPolicy.standard());
        Report report = launch("Explains mathematics");

        assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(message(report)).contains("runtime image: CRITICAL " + VULNERABILITY, "minimist 1.2.5");
        assertNothingCounts();

        // Asked again it is built again and refused again: the pending image counts for nothing.
        assertThat(launch("Explains mathematics").outcome()).isEqualTo(Outcome.REJECTED);
        assertNothingCounts();
    }

    @Test
    void aWaiverLetsItPassAndSaysSoUntilItsDayIsOver() throws Exception {
        wire("waived", realScanner(), ScanPolicy.standard().waive(VULNERABILITY, "no arguments reach it", END));
        Report waived = launch("Explains mathematics");

        assertThat(waived.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(waived.warnings())
                .anyMatch(warning -> warning.contains(VULNERABILITY)
                        && warning.contains("waived until 2026-01-31: no arguments reach it"));
        assertThat(platform.calls()).containsExactly("apply 1", "accepted 1");
        assertThat(finalTags("ada")).hasSize(1);
        assertThat(finalTags("runtime")).hasSize(1);
        Release running = platform.running(waived.agentId()).orElseThrow();
        assertThat(((Artifact.Image) running.artifact()).ref().toString()).startsWith(repository + "/ada@sha256:");

        clock.advance(Duration.ofDays(31));
        Report expired = launch("Explains chemistry");
        assertThat(expired.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(message(expired)).contains(VULNERABILITY, "its waiver ended on 2026-01-31");
        assertThat(platform.calls()).as("after the refusal").containsExactly("apply 1", "accepted 1");
        assertThat(finalTags("ada")).hasSize(1);
    }

    record Broken(String name, String script, String reason, Duration limit) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Broken> brokenScanners() {
        String said = """
                #!/bin/sh
                case "$1 $2" in
                  "--version "*) echo "Version: 0.70.0"; exit 0 ;;
                  "image --help") echo "      --format string"; exit 0 ;;
                esac
                for a in "$@"; do [ "$last" = --output ] && out=$a; last=$a; done
                """;
        // Only the one that hangs is awaited in vain: the others must not be taken for it where they are slow.
        Duration minute = Duration.ofMinutes(1);
        return Stream.of(
                new Broken("missing", "", "there is no Trivy program at", minute),
                new Broken(
                        "crashing", said + "echo 'FATAL boom' >&2; exit 2\n", "Trivy ended with 2: FATAL boom", minute),
                new Broken("hanging", said + "sleep 300\n", "Trivy did not end within", Duration.ofSeconds(2)),
                new Broken("rubbish", said + "echo '<html>' > $out\n", "something else than a report", minute),
                new Broken(
                        "no database",
                        said + "echo '{\"SchemaVersion\":2}' > $out\n",
                        "no vulnerability database",
                        minute));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenScanners")
    void aScannerThatCannotAnswerRejectsTheLaunchWithTheReason(Broken broken) throws Exception {
        Path program = temp.resolve("trivy");
        if (!broken.script().isEmpty()) {
            Files.writeString(program, broken.script());
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        wire(
                broken.name().replace(' ', '-'),
                TrivyScanner.at(program)
                        .cacheDirectory(temp.resolve("db"))
                        .resultsDirectory(temp.resolve("results"))
                        .within(broken.limit()),
                ScanPolicy.standard());
        Report report = launch("Explains mathematics");

        assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(message(report)).contains("trivy could not scan").contains(broken.reason());
        assertNothingCounts();
    }

    /** Without pending images, and without bills of materials. */
    private List<String> finalTags(String image) throws Exception {
        return tags(image).stream().filter(tag -> tag.matches("[0-9a-f]{32}")).toList();
    }

    private List<String> tags(String image) throws Exception {
        String path = repository.substring(registry.host().length() + 1) + "/" + image;
        URI list = URI.create("http://" + registry.host() + "/v2/" + path + "/tags/list");
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                .body();
        List<String> tags = new ArrayList<>();
        io.agentlaunchpad.build.internal.registry.OciJson.lenient(body.getBytes())
                .path("tags")
                .forEach(tag -> tags.add(tag.asText()));
        return tags;
    }
}
