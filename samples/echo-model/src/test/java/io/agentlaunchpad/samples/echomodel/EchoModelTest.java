package io.agentlaunchpad.samples.echomodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EchoModelTest {

    @TempDir
    private Path directory;

    @Test
    void it_listens_answers_and_ends() throws Exception {
        EchoModel model = EchoModel.startIn(directory);
        try (model) {
            URI models = URI.create(model.baseUrl() + "/models");
            var answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(models).build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("echo-stand-in");
        }
        assertThat(model.process().isAlive()).isFalse();
    }

    @Test
    void its_own_suite_passes() throws Exception {
        Process suite = new ProcessBuilder(
                        "node",
                        "--test",
                        Path.of("src/test/node/echo-model.test.mjs")
                                .toAbsolutePath()
                                .toString())
                .redirectErrorStream(true)
                .start();
        suite.getOutputStream().close();
        String output = new String(suite.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(suite.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(suite.exitValue()).as(output).isZero();
        assertThat(output).containsPattern("# pass [1-9]");
    }
}
