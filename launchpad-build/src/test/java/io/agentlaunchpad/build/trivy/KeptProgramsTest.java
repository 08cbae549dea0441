package io.agentlaunchpad.build.trivy;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.spi.ArtifactScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a program is started. Every scanner here is a new one, as in a new process; tars are always scanned. */
class KeptProgramsTest {

    private static final String OF_TRIVY = "# github.com/aquasecurity/trivy/pkg/\n";
    private static final String[] ASKED = {"--version ", "image --help", "image --format"};
    private static final String[] KNOWN = {"image --format"};

    @TempDir
    private Path temp;

    private Path program;

    @BeforeEach
    void makeProgram() throws IOException {
        TrivyScannerTest.database(temp.resolve("db"), "2026-11-22T00:00:00Z");
        program = Files.createFile(
                temp.resolve("trivy"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(OF_TRIVY);
    }

    /** A program with these lines of its own. */
    private void write(String lines) throws IOException {
        String counting = "#!/bin/sh\n" + lines + "echo \"$1 $2\" >> " + temp.resolve("starts") + "\n";
        Files.writeString(
                program,
                TrivyScannerTest.WELL_BEHAVED.replace("#!/bin/sh\n", counting)
                        + "echo '{\"SchemaVersion\":2}' > $out\n");
    }

    private TrivyScanner scanner() {
        return TrivyScanner.at(program)
                .resultsDirectory(temp.resolve("results"))
                .cacheDirectory(temp.resolve("db"));
    }

    private ScanReport scan(TrivyScanner scanner) throws IOException {
        Path tar = Files.writeString(temp.resolve("image.tar"), "no real image");
        ImageRef ref = new ImageRef("localhost", "ada", null, "sha256:" + "0".repeat(64));
        return scanner.scan(
                new ArtifactScanner.Request(new Artifact.Image(ref, tar), List.of(), Secrets.none()),
                TestContext.patient());
    }

    private List<String> startsOfAScan() throws IOException {
        Files.deleteIfExists(temp.resolve("starts"));
        assertThat(scan(scanner()).notScanned()).isNull();
        return Files.readAllLines(temp.resolve("starts"));
    }

    private Path entry() throws IOException {
        try (Stream<Path> entries = Files.list(temp.resolve("results/trivy-programs-1"))) {
            return entries.reduce((one, other) -> {
                        throw new AssertionError("more than one entry");
                    })
                    .orElseThrow();
        }
    }

    @Test
    void aProgramIsAskedOnceAndAfterwardsStartedForTheScanAlone() throws IOException {
        assertThat(startsOfAScan()).containsExactly(ASKED);
        assertThat(startsOfAScan()).containsExactly(KNOWN);
    }

    @Test
    void otherBytesAreAskedAgainAndTheFormerOnesAreStillKnown() throws IOException {
        startsOfAScan();
        write(OF_TRIVY + "# another build\n");
        assertThat(startsOfAScan()).containsExactly(ASKED);
        write(OF_TRIVY);
        assertThat(startsOfAScan()).containsExactly(KNOWN);
    }

    @Test
    void whatIsKeptIsAVersionAndOptionsAndUsedAsIfJustSaid() throws IOException {
        startsOfAScan();
        assertThat(entry()).hasContent("""
                {"version":"0.70.0","misconfig":false,"options":["--format","--skip-version-check"]}""");
        write(OF_TRIVY + "echo \"$@\" > " + temp.resolve("seen") + "\n");
        startsOfAScan();
        String asked = Files.readString(temp.resolve("seen"));
        startsOfAScan();
        assertThat(Files.readString(temp.resolve("seen")).replaceAll("run-[^/]+", ""))
                .contains("--skip-version-check")
                .isEqualTo(asked.replaceAll("run-[^/]+", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"0.70.0\"",
                "\u0000\u00ff",
                "{\"version\":\"0.70.0\"}",
                "{\"version\":\"0.70.0\",\"options\":\"--format\"}",
                "{\"options\":[\"--format\"]}"
            })
    void anEntryThatSaysTooLittleIsAskedForAgainAndReplaced(String broken) throws IOException {
        startsOfAScan();
        Files.write(entry(), broken.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(startsOfAScan()).containsExactly(ASKED);
        assertThat(startsOfAScan()).containsExactly(KNOWN);
    }

    @Test
    void whereNothingCanBeKeptTheProgramIsAskedEachTime() throws IOException {
        Files.createDirectories(temp.resolve("results"));
        Files.writeString(temp.resolve("results/trivy-programs-1"), "a file where the folder should be");
        assertThat(startsOfAScan()).containsExactly(ASKED);
        assertThat(startsOfAScan()).containsExactly(ASKED);
    }

    @Test
    void aMaliciousVersionIsRefusedWhoeverSaysIt() throws IOException {
        startsOfAScan();
        Files.writeString(entry(), Files.readString(entry()).replace("0.70.0", "0.69.4"));
        Files.delete(temp.resolve("starts"));
        assertThat(scan(scanner()).notScanned()).contains("malicious code");
        assertThat(temp.resolve("starts")).doesNotExist();
    }

    @Test
    void aKnownProgramThatIsNotThePinnedOneDoesNotRun() throws IOException {
        startsOfAScan();
        Files.delete(temp.resolve("starts"));
        assertThat(scan(scanner().sha256("0".repeat(64))).notScanned()).contains("not the pinned");
        assertThat(temp.resolve("starts")).doesNotExist();
    }

    @Test
    void aLauncherThatStartsWhateverIsInstalledIsAskedEachTime() throws IOException {
        write("# exec docker run ghcr.io/aquasecurity/trivy:latest\n");
        assertThat(startsOfAScan()).containsExactly(ASKED);
        assertThat(startsOfAScan()).containsExactly(ASKED);
    }

    @Test
    void whatAFileSaidThatWasReplacedMeanwhileIsNotKept() throws IOException {
        write(OF_TRIVY + "[ \"$1\" = --version ] && echo '# another build' >> \"$0\"\n");
        startsOfAScan();
        assertThat(temp.resolve("results/trivy-programs-1")).doesNotExist();
    }
}
