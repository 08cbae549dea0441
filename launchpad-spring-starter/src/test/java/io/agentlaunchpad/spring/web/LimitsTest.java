package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.spring.security.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {

    @Test
    void who_asks_too_often_is_told_when_to_come_back_and_others_are_not_hindered(@TempDir Path home) {
        try (TestServer server = TestServer.start(
                home,
                "launchpad.security.rate.changes-per-minute=2",
                "launchpad.security.rate.reads-per-minute=3",
                "launchpad.security.rate.failures-per-minute=2")) {
            String key = server.key("one", Role.USER, null);
            TestServer.Answer first = server.call("POST", "/agents", key, ADA);
            assertThat(first.header("RateLimit-Limit")).isEqualTo("2");
            assertThat(first.header("RateLimit-Remaining")).isEqualTo("1");
            server.call("POST", "/agents", key, ADA);
            TestServer.Answer third = server.call("POST", "/agents", key, ADA);

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
            assertThat(third.json().path("retryable").asBoolean()).isTrue();
            assertThat(Integer.parseInt(String.valueOf(third.header("Retry-After"))))
                    .isBetween(1, 30);
            assertThat(third.header("RateLimit-Remaining")).isEqualTo("0");
            assertThat(server.call("GET", "/agents", key, null).status()).isEqualTo(200);
            assertThat(server.call("POST", "/agents", ADMIN, ADA).status()).isEqualTo(202);

            String wrong = "alk_" + "0".repeat(64);
            server.call("GET", "/agents", wrong, null);
            server.call("GET", "/agents", wrong, null);
            TestServer.Answer slowed = server.call("GET", "/agents", wrong, null);
            assertThat(slowed.status()).isEqualTo(429);
            assertThat(slowed.code()).isEqualTo("TOO_MANY_FAILURES");
        }
    }
}
