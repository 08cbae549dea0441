package io.agentlaunchpad.build.trivy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.Await;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.spi.ArtifactScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that behave as Trivy should not. Each is a script; none is Trivy. */
class TrivyScannerTest {

    static final String WELL_BEHAVED = """
            #!/bin/sh
            case "$1 $2" in
              "--version "*) echo "Version: 0.70.0"; exit 0 ;;
              "image --help") echo "      --format string"; echo "      --skip-version-check"; exit 0 ;;
            esac
            for a in "$@"; do [ "$last" = --output ] && out=$a; last=$a; done
            """;

    @TempDir
    private Path temp;

    private ArtifactScanner.Request request;

    @BeforeEach
    void makeTar() throws IOException {
        database(temp.resolve("db"), "2026-11-22T00:00:00Z");
        Path tar = Files.writeString(temp.resolve("image.tar"), "no real image");
        ImageRef ref = new ImageRef("localhost", "ada", null, "sha256:" + "0".repeat(64));
        request = new ArtifactScanner.Request(new Artifact.Image(ref, tar), List.of(), Secrets.none());
    }

    /** As Trivy notes it down beside its database. */
    static void database(Path cache, String updated) throws IOException {
        Files.createDirectories(cache.resolve("db"));
        Files.writeString(cache.resolve("db/metadata.json"), "{\"Version\":2,\"UpdatedAt\":\"" + updated + "\"}");
    }

    private Path program(String script) throws IOException {
        Path file = Files.writeString(temp.resolve("trivy"), script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private TrivyScanner scanner(Path program) {
        return TrivyScanner.at(program)
                .resultsDirectory(temp.resolve("results"))
                .cacheDirectory(temp.resolve("db"));
    }

    private ScanReport scan(String script) throws IOException {
        return scanner(program(script)).scan(request, TestContext.patient());
    }

    private static void assertRefused(ScanReport report, String why) {
        assertThat(report.notScanned()).contains(why);
        assertThat(ScanPolicy.standard().judge(List.of(report), Instant.now()).passes())
                .isFalse();
    }

    @Test
    void aReportWithoutFindingsIsAnAnswerWithTheDatabaseItCameFrom() throws IOException {
        ScanReport report = scan(WELL_BEHAVED + "echo '{\"SchemaVersion\":2}' > $out\n");
        assertThat(report.notScanned()).isNull();
        assertThat(report.database()).isEqualTo("2 of 2026-11-22T00:00:00Z");
    }

    @Test
    void aMissingProgramIsNotScanned() {
        assertRefused(
                scanner(temp.resolve("nothing")).scan(request, TestContext.patient()), "there is no Trivy program");
    }

    @Test
    void aCrashIsNotScannedAndSaysWhatTheProgramSaid() throws IOException {
        assertRefused(
                scan(WELL_BEHAVED + "echo 'FATAL cannot read the image' >&2\nexit 1\n"),
                "Trivy ended with 1: FATAL cannot read the image");
    }

    @Test
    void scansThatShareACacheTakeTurns() throws IOException {
        Path program = program(WELL_BEHAVED + "mkdir " + temp.resolve("busy") + " || exit 1; sleep 0.1; rmdir "
                + temp.resolve("busy") + "; echo '{\"SchemaVersion\":2}' > $out\n");
        List<CompletableFuture<ScanReport>> all = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> scanner(program).scan(request, TestContext.patient())))
                .limit(4)
                .toList();

        assertThat(all).allSatisfy(each -> assertThat(each.join().notScanned()).isNull());
    }

    @Test
    void rubbishIsNotScanned() throws IOException {
        assertRefused(scan(WELL_BEHAVED + "echo 'all fine' > $out\n"), "something else than a report");
    }

    @Test
    void anotherSchemaIsNotScanned() throws IOException {
        assertRefused(scan(WELL_BEHAVED + "echo '{\"SchemaVersion\":3}' > $out\n"), "no report of schema version 2");
    }

    @Test
    void noReportAtAllIsNotScanned() throws IOException {
        assertRefused(scan(WELL_BEHAVED), "wrote no report");
    }

    @Test
    void theDatabaseIsTheOneThatIsThereAfterEachScan() throws IOException {
        Path next = Files.writeString(temp.resolve("next"), "{\"Version\":2,\"UpdatedAt\":\"2026-11-23T00:00:00Z\"}");
        TrivyScanner scanner = scanner(program(WELL_BEHAVED + "echo '{\"SchemaVersion\":2}' > $out; cp " + next + " "
                + temp.resolve("db/db/metadata.json") + "\n"));
        ScanReport report = scanner.scan(request, TestContext.patient());
        assertThat(report.database()).isEqualTo("2 of 2026-11-23T00:00:00Z");
        Files.writeString(next, "{}");
        assertRefused(scanner.scan(request, TestContext.patient()), "no vulnerability database");
    }

    @Test
    void withoutADatabaseTheAnswerIsNotClean() throws IOException {
        String scanning = WELL_BEHAVED + "echo '{\"SchemaVersion\":2}' > $out\n";
        database(temp.resolve("db"), "0001-01-01T00:00:00Z");
        assertRefused(scan(scanning), "no vulnerability database");
        Files.writeString(temp.resolve("db/db/metadata.json"), "{");
        assertRefused(scan(scanning), "no vulnerability database");
        Files.delete(temp.resolve("db/db/metadata.json"));
        assertRefused(scan(scanning), "no vulnerability database");
    }

    @Test
    void aHangingProgramIsStoppedWithItsChildrenAndNotScanned() throws Exception {
        Path pid = temp.resolve("child");
        Path program = program(WELL_BEHAVED + "sleep 300 & echo $! > " + pid + "; wait\n");
        ScanReport report = scanner(program).within(Duration.ofMillis(3500)).scan(request, TestContext.patient());
        assertRefused(report, "did not end within 3 s");
        long child = Long.parseLong(Files.readString(pid).strip());
        CompletableFuture<?> gone =
                ProcessHandle.of(child).map(ProcessHandle::onExit).orElse(CompletableFuture.completedFuture(null));
        gone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCancelStopsTheProgram() throws Exception {
        Path started = temp.resolve("started");
        Path program = program(WELL_BEHAVED + "touch " + started + "; sleep 300\n");
        TestContext context = TestContext.patient();
        CompletableFuture<ScanReport> scan =
                CompletableFuture.supplyAsync(() -> scanner(program).scan(request, context));
        Await.until("the program runs", () -> Files.exists(started));
        long before = System.nanoTime();
        context.cancel();
        assertThatThrownBy(scan::join).hasCauseInstanceOf(CancelledException.class);
        // Law 8 says a second; a machine that is busy with other things is given more.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void theProgramSeesNothingOfThisProcessButWhatANetworkNeeds() throws IOException {
        Path seen = temp.resolve("seen");
        scan(WELL_BEHAVED + "env > " + seen + "; ls -A >> " + seen + "; echo '{\"SchemaVersion\":2}' > $out\n");
        assertThat(Files.readAllLines(seen))
                .allMatch(line ->
                        line.matches("(PATH|HOME|TMPDIR|PWD|OLDPWD|SHLVL|_|SSL_CERT_\\w+|\\w+_(proxy|PROXY))=.*"));
    }

    @Test
    void theServersTokenStandsInNoArgument() throws IOException {
        Path seen = temp.resolve("seen");
        Path program = program(
                WELL_BEHAVED + "echo \"$@ token=$TRIVY_TOKEN\" > " + seen + "; echo '{\"SchemaVersion\":2}' > $out\n");
        scanner(program)
                .server(java.net.URI.create("http://127.0.0.1:1"), "s3cr3t")
                .scan(request, TestContext.patient());
        assertThat(Files.readString(seen))
                .contains("--server http://127.0.0.1:1")
                .contains("token=s3cr3t");
        assertThat(Files.readString(seen).replace("token=s3cr3t", "")).doesNotContain("s3cr3t");
    }

    @Test
    void flagsThatThisVersionDoesNotKnowAreNotUsed() throws IOException {
        Path seen = temp.resolve("seen");
        scan(WELL_BEHAVED + "echo \"$@\" > " + seen + "; echo '{\"SchemaVersion\":2}' > $out\n");
        assertThat(Files.readString(seen)).contains("--skip-version-check").doesNotContain("--disable-telemetry");
    }

    @Test
    void aMaliciousVersionIsRefusedBeforeItRuns() throws IOException {
        Path ran = temp.resolve("ran");
        ScanReport report =
                scan("#!/bin/sh\n# -X=github.com/aquasecurity/trivy/pkg/version/app.ver=0.69.5\ntouch " + ran + "\n");
        assertRefused(report, "published with malicious code");
        assertThat(ran).doesNotExist();
    }

    @Test
    void aMaliciousVersionThatOnlySaysSoWhenAskedScansNothing() throws IOException {
        assertRefused(scan(WELL_BEHAVED.replace("Version: 0.70.0", "Version: 0.69.4")), "malicious code");
    }

    @Test
    void anotherProgramThanThePinnedOneDoesNotRun() throws IOException {
        Path ran = temp.resolve("ran");
        ScanReport report = scanner(program("#!/bin/sh\ntouch " + ran + "\n"))
                .sha256("33f005e3fa55c2e66fddc9c0540a2bc5e52260fc670811e30438b44e5de58ac7")
                .scan(request, TestContext.patient());
        assertRefused(report, "not the pinned 33f005e3");
        assertThat(ran).doesNotExist();
    }
}
