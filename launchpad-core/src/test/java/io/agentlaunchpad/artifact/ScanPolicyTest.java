package io.agentlaunchpad.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanPolicyTest {

    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    @Test
    void a_renewed_waiver_counts_beside_the_one_that_ended() {
        ScanPolicy.Judgement judgement =
                judge(waived().waive("CVE-1", "again", day(16)).waive("CVE-1", "never began", day(1)));
        assertThat(judgement.passes()).isTrue();
        assertThat(judgement.remarks()).singleElement().asString().endsWith("waived until 2026-06-16: again");
    }

    @Test
    void of_several_waivers_that_ended_the_last_is_told() {
        ScanPolicy.Judgement judgement =
                judge(waived().waive("CVE-1", "again", day(12)).waive("CVE-1", "before", day(11)));
        assertThat(judgement.refusals()).singleElement().asString().endsWith("its waiver ended on 2026-06-12");
    }

    @Test
    void a_waiver_of_another_finding_does_not_count() {
        ScanPolicy.Judgement judgement = judge(ScanPolicy.standard().waive("CVE-2", "not reachable", day(30)));
        assertThat(judgement.refusals())
                .singleElement()
                .asString()
                .contains("CVE-1")
                .doesNotContain("waiver");
    }

    private static ScanPolicy.Judgement judge(ScanPolicy policy) {
        Finding finding = new Finding(
                "CVE-1",
                Finding.Kind.VULNERABILITY,
                Severity.CRITICAL,
                Finding.Layer.AGENT,
                "package.json",
                "Reads too far",
                "1.2.3");
        return policy.judge(List.of(ScanReport.of("test", "sha256:1", List.of(finding), NOW)), NOW);
    }

    private static ScanPolicy waived() {
        return ScanPolicy.standard().waive("CVE-1", "not reachable", day(10));
    }

    private static LocalDate day(int ofJune) {
        return LocalDate.of(2026, 6, ofJune);
    }
}
