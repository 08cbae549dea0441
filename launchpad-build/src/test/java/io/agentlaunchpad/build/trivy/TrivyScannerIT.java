package io.agentlaunchpad.build.trivy;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Trivy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealTrivy
class TrivyScannerIT {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** As on one machine: the program is asked once what it is. */
    @TempDir
    private static Path results;

    @TempDir
    private Path temp;

    private TrivyScanner scanner(Trivy trivy) {
        return TrivyScanner.at(trivy.program())
                .cacheDirectory(trivy.cache())
                .offline()
                .resultsDirectory(results);
    }

    static ArtifactScanner.Request request(String name) {
        ImageRef ref = ImageRef.parse(name);
        String digest = new Registries(host -> Optional.empty(), Set.of())
                .of(ref)
                .digestOf(ref.repository(), Registries.reference(ref), TestContext.patient())
                .orElseThrow();
        return new ArtifactScanner.Request(new Artifact.Image(ref.withDigest(digest)), List.of(), Secrets.none());
    }

    @Test
    void aPlantedVulnerabilityAboveTheCeilingIsFoundAndRefusesUnlessWaivedForNow(Trivy trivy) {
        ScanReport report = scanner(trivy).scan(request(trivy.vulnerableImage()), TestContext.patient());

        assertThat(report.notScanned()).isNull();
        assertThat(report.database()).startsWith("2 of ");
        assertThat(report.findings())
                .extracting(Finding::id)
                .containsExactlyInAnyOrder("CVE-2021-44906", "CVE-2023-4863");
        Finding critical = report.findings().stream()
                .filter(finding -> finding.severity() == Severity.CRITICAL)
                .findFirst()
                .orElseThrow();
        assertThat(critical.where()).isEqualTo("minimist 1.2.5 (app/node_modules/minimist/package.json)");
        assertThat(critical.fixedIn()).isEqualTo("1.2.6");

        ScanPolicy policy = ScanPolicy.standard();
        assertThat(policy.judge(List.of(report), NOW).passes()).isFalse();
        ScanPolicy waived = policy.waive("CVE-2021-44906", "no arguments reach it", LocalDate.parse("2026-12-01"));
        assertThat(waived.judge(List.of(report), NOW).passes()).isTrue();
        assertThat(waived.judge(List.of(report), NOW).remarks()).anyMatch(remark -> remark.contains("waived until"));
        assertThat(waived.judge(List.of(report), Instant.parse("2026-12-02T00:00:00Z"))
                        .passes())
                .isFalse();
    }

    @Test
    void theRepairedImageHasNoFinding(Trivy trivy) {
        ScanReport report = scanner(trivy).scan(request(trivy.cleanImage()), TestContext.patient());
        assertThat(report.notScanned()).isNull();
        assertThat(report.findings()).isEmpty();
    }

    @Test
    void withoutDatabaseTheRealProgramIsNotScanned(Trivy trivy) {
        ScanReport report = scanner(trivy)
                .cacheDirectory(temp.resolve("empty"))
                .scan(request(trivy.cleanImage()), TestContext.patient());
        assertThat(report.notScanned()).contains("DB");
    }
}
