package io.agentlaunchpad.build.trivy;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.internal.BuildCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found counts for the same image, program and database alone, and only while that database would be used. */
class KeptScansTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ImageScan.Answer ANSWER = new ImageScan.Answer(
            List.of(
                    new Finding(
                            "CVE-1",
                            Finding.Kind.VULNERABILITY,
                            Severity.HIGH,
                            Finding.Layer.BASE,
                            "zlib 1",
                            "overflow",
                            null),
                    new Finding("CVE-2", Finding.Kind.LICENCE, Severity.LOW, Finding.Layer.AGENT, "b", "c", "2")),
            "2 of yesterday");

    @TempDir
    private Path temp;

    private KeptScans online;

    @BeforeEach
    void keepOne() throws IOException {
        database("2026-11-22T06:00:00Z", "2026-11-22T18:00:00.5Z", "2026-11-22T06:10:00Z");
        online = scans(false, false);
        online.keep("program", "sha256:1", ANSWER);
    }

    private KeptScans scans(boolean offline, boolean misconfigurations) {
        var settings = new TrivyScanner.Settings(
                null, null, null, null, null, offline, misconfigurations, Duration.ZERO, Set.of(), null, temp);
        return new KeptScans(new BuildCache(temp.resolve("results")), settings, temp);
    }

    private void database(String updated, String next, String downloaded) throws IOException {
        Files.createDirectories(temp.resolve("db"));
        Files.writeString(
                temp.resolve("db/metadata.json"),
                "{\"Version\":2,\"NextUpdate\":\"" + next + "\",\"UpdatedAt\":\"" + updated + "\",\"DownloadedAt\":\""
                        + downloaded + "\"}");
    }

    @Test
    void theSameImageProgramAndDatabaseGiveTheSameAnswer() {
        assertThat(online.find("program", "sha256:1", NOW)).contains(ANSWER);
        assertThat(scans(true, false).find("program", "sha256:1", NOW)).contains(ANSWER);
    }

    @Test
    void anotherImageProgramOrScopeIsNotAnswered() {
        assertThat(online.find("program", "sha256:2", NOW)).isEmpty();
        assertThat(online.find("another program", "sha256:1", NOW)).isEmpty();
        assertThat(scans(false, true).find("program", "sha256:1", NOW)).isEmpty();
    }

    @Test
    void anotherDatabaseOrNoneAnswersNothing() throws IOException {
        database("2026-11-22T11:00:00Z", "2026-11-23T11:00:00Z", "2026-11-22T11:10:00Z");
        assertThat(online.find("program", "sha256:1", NOW)).isEmpty();
        Files.delete(temp.resolve("db/metadata.json"));
        assertThat(online.find("program", "sha256:1", NOW)).isEmpty();
    }

    @Test
    void whereTrivyWouldFetchANewerDatabaseItIsAskedAgainUnlessItMayNot() {
        Instant evening = Instant.parse("2026-11-22T18:00:01Z");
        assertThat(online.find("program", "sha256:1", evening)).isEmpty();
        assertThat(scans(true, false).find("program", "sha256:1", evening)).contains(ANSWER);
    }

    @Test
    void aDatabaseThatJustCameIsUsedEvenIfItIsOldAlready() throws IOException {
        database("2026-11-22T06:00:00Z", "2026-11-22T07:00:00Z", "2026-11-22T11:30:00Z");
        assertThat(online.find("program", "sha256:1", NOW)).contains(ANSWER);
        assertThat(online.find("program", "sha256:1", NOW.plus(Duration.ofHours(1))))
                .isEmpty();
    }

    @Test
    void anAnswerWithoutADatabaseIsNotKept() {
        online.keep("program", "sha256:3", new ImageScan.Answer(List.of(), null));
        assertThat(online.find("program", "sha256:3", NOW)).isEmpty();
    }
}
