package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.FaultProxy;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealRegistry
@RealTrivy
class ScanByLayerIT {

    /** Looks like a key of a cloud, and opens nothing. */
    private static final String KEY = "AKIA" + "QYLPMN5HHHFPZAM2";

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path temp;

    @Test
    void findingsSayWhoseLayerTheyAreInAndNothingIsScannedTwice(Registry registry, Trivy trivy) throws Exception {
        Path modules = Packages.small(temp);
        Files.writeString(
                modules.resolve("minimist/package.json"),
                "{\"name\":\"minimist\",\"version\":\"1.2.5\",\"license\":\"MIT\"}\n");
        try (FaultProxy proxy = new FaultProxy(registry.host())) {
            String base = baseWithAVulnerablePackage(registry).replace(registry.host(), proxy.host());
            JibImageBuilder builder = builder(registry, base, proxy, modules);
            TrivyScanner scanner = scanner(trivy, proxy);
            TestContext first = TestContext.patient();
            ArtifactScanner.Request request = request(builder, "ada", "Explains mathematics");
            ScanReport ada = scanner.scan(request, first);
            assertThat(ada.notScanned()).isNull();
            assertThat(ada.findings())
                    .extracting(Finding::id, Finding::layer)
                    .containsExactlyInAnyOrder(
                            tuple("CVE-2023-4863", Finding.Layer.BASE), tuple("CVE-2021-44906", Finding.Layer.RUNTIME));
            assertThat(first.told()).anyMatch(line -> line.startsWith("scanning the runtime image"));

            TestContext second = TestContext.patient();
            ScanReport bob = scanner.scan(request(builder, "bob", "aws_access_key_id = " + KEY), second);
            assertThat(second.told())
                    .anyMatch(line -> line.startsWith("using the scan of the runtime image"))
                    .noneMatch(line -> line.startsWith("scanning the runtime image"));
            assertThat(bob.findings())
                    .extracting(Finding::layer)
                    .containsExactlyInAnyOrder(Finding.Layer.BASE, Finding.Layer.RUNTIME, Finding.Layer.AGENT);
            Finding leak = bob.findings().stream()
                    .filter(finding -> finding.layer() == Finding.Layer.AGENT)
                    .findFirst()
                    .orElseThrow();
            assertThat(leak.kind()).isEqualTo(Finding.Kind.SECRET);
            assertThat(leak.toString()).doesNotContain(KEY);
            eachLayerRefusesAndCanBeWaivedByItself(bob, leak);

            builder.publish(request.artifact(), TestContext.patient());
            anUnchangedAgentCostsOneRequestInAnotherProcess(
                    builder(registry, base, proxy, modules), scanner(trivy, proxy), proxy, ada);
        }
    }

    private static void eachLayerRefusesAndCanBeWaivedByItself(ScanReport report, Finding leak) {
        ScanPolicy policy = ScanPolicy.standard().failOn(Severity.HIGH);
        assertThat(policy.judge(List.of(report), NOW).refusals())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("base image: HIGH CVE-2023-4863 in libwebp7"))
                .anyMatch(line -> line.startsWith("runtime image: CRITICAL CVE-2021-44906 in minimist"))
                .anyMatch(line -> line.startsWith(leak.severity() + " " + leak.id() + " in app/character.json"));
        LocalDate end = LocalDate.parse("2026-12-01");
        ScanPolicy waived = policy.waive("CVE-2023-4863", "the base's team knows", end);
        assertThat(waived.judge(List.of(report), NOW).refusals())
                .hasSize(2)
                .noneMatch(line -> line.startsWith("base image"));
        waived = waived.waive("CVE-2021-44906", "no arguments reach it", end).waive(leak.id(), "opens nothing", end);
        assertThat(waived.judge(List.of(report), NOW).passes()).isTrue();
        assertThat(waived.judge(List.of(report), NOW).remarks()).hasSize(3);
        assertThat(waived.judge(List.of(report), NOW.plus(Duration.ofDays(30))).refusals())
                .hasSize(3)
                .allMatch(line -> line.endsWith("its waiver ended on 2026-12-01"));
    }

    private static void anUnchangedAgentCostsOneRequestInAnotherProcess(
            JibImageBuilder builder, TrivyScanner scanner, FaultProxy proxy, ScanReport before) {
        String lock = lock(builder, "ada", "Explains mathematics");
        proxy.forgetCounts();
        TestContext context = TestContext.patient();
        ArtifactScanner.Request request = request(builder, "ada", "Explains mathematics", lock);
        ScanReport again = scanner.scan(request, context);
        builder.publish(request.artifact(), context);
        assertThat(proxy.requests()).hasSize(1).first().asString().startsWith("HEAD ");
        assertThat(context.told()).anyMatch(line -> line.startsWith("using the scan of sha256:"));
        assertThat(again.findings()).isEqualTo(before.findings());
        assertThat(again.database()).isEqualTo(before.database());
    }

    /** The base image of all tests, with a Debian package that the testbed's database knows. */
    private static String baseWithAVulnerablePackage(Registry registry) {
        String record = """
                Package: libwebp7
                Status: install ok installed
                Source: libwebp
                Version: 1.2.4-0.2
                Architecture: amd64
                Maintainer: Debian
                Description: planted
                """;
        var files = TestImages.files(Map.of("etc/debian_version", "12.12\n", "var/lib/dpkg/status.d/libwebp7", record));
        return TestImages.push(registry, registry.repository() + "/base:1", files, whole -> {})
                .toString();
    }

    private JibImageBuilder builder(Registry registry, String base, FaultProxy proxy, Path modules) {
        return JibImageBuilder.pushingTo(registry.repository().replace(registry.host(), proxy.host()))
                .baseImage(base)
                .plainHttp(proxy.host())
                .cacheDirectory(temp.resolve("cache"))
                .projects(new GivenProjects(modules, "vulnerable"));
    }

    private TrivyScanner scanner(Trivy trivy, FaultProxy proxy) {
        return TrivyScanner.at(trivy.program())
                .cacheDirectory(trivy.cache())
                .offline()
                .plainHttp(proxy.host())
                .resultsDirectory(temp.resolve("results"));
    }

    private static String lock(JibImageBuilder builder, String name, String bio) {
        AgentSpec spec = AgentSpec.named(name).bio(bio).build();
        return builder.resolve(spec, null, TestContext.patient()).lock();
    }

    private static ArtifactScanner.Request request(JibImageBuilder builder, String name, String bio) {
        return request(builder, name, bio, lock(builder, name, bio));
    }

    private static ArtifactScanner.Request request(JibImageBuilder builder, String name, String bio, String lock) {
        AgentSpec spec = AgentSpec.named(name).bio(bio).build();
        Artifact image = builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, name), spec, lock), TestContext.patient());
        return new ArtifactScanner.Request(image, builder.ownFiles(image), Secrets.none());
    }
}
