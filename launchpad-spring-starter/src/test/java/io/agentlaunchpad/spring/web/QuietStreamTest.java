package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams on which nothing happens. */
@Timeout(60)
class QuietStreamTest {

    @Test
    void a_client_that_waits_for_the_stream_to_open_does_not_wait_for_the_first_heartbeat(@TempDir Path home)
            throws Exception {
        try (TestServer server = TestServer.start(home, "launchpad.web.streams.heartbeat=1h")) {
            HttpResponse<InputStream> stream = server.stream("/events", ADMIN);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).isEqualTo(":alive");
            }
        }
    }
}
