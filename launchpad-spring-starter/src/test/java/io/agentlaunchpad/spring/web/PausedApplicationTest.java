package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Role;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application that pauses and goes on, as Spring's test contexts do; its web server listens all the time. */
@Timeout(60)
class PausedApplicationTest {

    @Test
    void open_streams_end_with_the_pause_and_new_ones_open_behind_it(@TempDir Path home) throws Exception {
        try (TestServer server = TestServer.start(home, "launchpad.web.streams.heartbeat=1s")) {
            String events = server.call("POST", "/agents", ADMIN, ADA)
                    .json()
                    .path("agentId")
                    .asString()
                    .transform(id -> "/agents/" + id + "/events");
            for (int pause = 0; pause < 2; pause++) {
                try (BufferedReader open = stream(server, events)) {
                    assertThat(open.readLine()).isEqualTo("id:1");
                    server.context().pause();
                    assertThat(open.lines()).contains("event:OPERATION_QUEUED");
                }
                TestServer.Answer refused = server.call("GET", events, ADMIN, null);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.code()).isEqualTo("STREAMS_STOPPED");
                assertThat(refused.json().path("retryable").asBoolean()).isTrue();
                assertThat(server.context().getBean(EventStreams.class).open()).isZero();
                server.context().restart();
            }
            try (BufferedReader open = stream(server, "/events")) {
                server.call("POST", "/agents", ADMIN, ADA.replace("\"ada\"", "\"grace\""));
                assertThat(open.lines()
                                .filter(line -> line.startsWith("event:"))
                                .findFirst())
                        .hasValue("event:OPERATION_QUEUED");
            }
        }
    }

    @Test
    void a_service_that_starts_does_not_say_that_it_stops() {
        WebProperties.Streams limits = new WebProperties.Streams(1, 1, Duration.ofSeconds(1), Duration.ofMinutes(1));
        EventStreams streams = new EventStreams(null, null, limits);

        // The web server listens before the streams have started.
        assertThatThrownBy(() -> streams.ofCaller(new Caller("ci", Owner.LOCAL, Role.USER, Set.of()), null))
                .hasMessageStartingWith("This service opens no streams while it starts or stops.");
    }

    private static BufferedReader stream(TestServer server, String path) throws Exception {
        HttpResponse<InputStream> stream = server.stream(path, ADMIN);
        assertThat(stream.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }
}
