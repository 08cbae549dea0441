package io.agentlaunchpad.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@RealTrivy
class TrivyIT {

    @Test
    void trivy_finds_the_planted_vulnerabilities(Trivy trivy) {
        assertThat(vulnerabilities(trivy, trivy.vulnerableImage()))
                .containsExactlyInAnyOrder("CVE-2021-44906", "CVE-2023-4863");
    }

    @Test
    void trivy_finds_the_packages_of_the_clean_image_and_nothing_wrong_with_them(Trivy trivy) {
        assertThat(vulnerabilities(trivy, trivy.cleanImage())).isEmpty();
        assertThat(scan(trivy, trivy.cleanImage())).contains("\"minimist\"", "\"libwebp7\"", "\"libc6\"");
    }

    private static List<String> vulnerabilities(Trivy trivy, String image) {
        return Pattern.compile("\"VulnerabilityID\": \"([^\"]+)\"")
                .matcher(scan(trivy, image))
                .results()
                .map((MatchResult found) -> found.group(1))
                .distinct()
                .toList();
    }

    private static String scan(Trivy trivy, String image) {
        return Command.run(
                List.of(
                        trivy.program().toString(),
                        "image",
                        "--quiet",
                        "--format",
                        "json",
                        "--list-all-pkgs",
                        "--scanners",
                        "vuln",
                        "--offline-scan",
                        "--skip-db-update",
                        "--cache-dir",
                        trivy.cache().toString(),
                        image),
                "",
                Duration.ofMinutes(3));
    }
}
