package io.agentlaunchpad.build.trivy;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.FreePort;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.Await;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Trivy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program as a server that has the database, and as a client that has none. */
@RealTrivy
class TrivyServerIT {

    private static final String TOKEN = "s3cr3t-of-the-server";

    @TempDir
    private Path temp;

    private Process server;

    @AfterEach
    void stop() throws Exception {
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly();
        }
    }

    private URI start(Trivy trivy) throws IOException {
        int port = FreePort.any();
        ProcessBuilder builder = new ProcessBuilder(
                        trivy.program().toString(),
                        "server",
                        "--listen",
                        "127.0.0.1:" + port,
                        "--cache-dir",
                        trivy.cache().toString(),
                        "--skip-db-update")
                .directory(Files.createDirectories(temp.resolve("server")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("server.log").toFile());
        builder.environment().put("TRIVY_TOKEN", TOKEN);
        server = builder.start();
        URI url = URI.create("http://127.0.0.1:" + port);
        Await.until("the server answers", () -> isHealthy(url));
        return url;
    }

    private static boolean isHealthy(URI url) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url.resolve("/healthz")).build();
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void theServersDatabaseFindsWhatAClientWithoutOneCannotAndAWrongTokenIsNotScanned(Trivy trivy) throws Exception {
        URI url = start(trivy);
        TrivyScanner scanner = TrivyScanner.at(trivy.program())
                .cacheDirectory(temp.resolve("client"))
                .resultsDirectory(temp.resolve("results"));
        ScanReport report =
                scanner.server(url, TOKEN).scan(TrivyScannerIT.request(trivy.vulnerableImage()), TestContext.patient());

        assertThat(report.notScanned()).isNull();
        assertThat(report.findings())
                .extracting(Finding::id)
                .containsExactlyInAnyOrder("CVE-2021-44906", "CVE-2023-4863");
        assertThat(temp.resolve("client/db")).doesNotExist();

        ScanReport refused = scanner.server(url, "wrong")
                .scan(TrivyScannerIT.request(trivy.vulnerableImage()), TestContext.patient());
        assertThat(refused.notScanned()).contains("Trivy ended with 1").doesNotContain(TOKEN);
        assertThat(refused.findings()).isEmpty();

        server.destroy();
        server.waitFor(10, TimeUnit.SECONDS);
        ScanReport gone =
                scanner.server(url, TOKEN).scan(TrivyScannerIT.request(trivy.vulnerableImage()), TestContext.patient());
        assertThat(gone.notScanned()).contains("Trivy ended with 1");
    }
}
