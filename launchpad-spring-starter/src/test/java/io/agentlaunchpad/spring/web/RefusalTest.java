package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Role;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What must not be possible, each found by reading the code as somebody who means harm. */
class RefusalTest {

    private static final String WRONG = "alk_" + "0".repeat(64);

    @Test
    void who_has_no_key_neither_locks_out_who_has_one_nor_fills_the_audit(@TempDir Path home) {
        try (TestServer server = TestServer.start(home, "launchpad.security.rate.failures-per-minute=3")) {
            for (int i = 0; i < 10; i++) {
                server.call("GET", "/agents", i % 2 == 0 ? null : WRONG, null);
            }
            TestServer.Answer slowed = server.call("GET", "/agents", null, null);
            assertThat(slowed.status()).isEqualTo(429);
            assertThat(slowed.code()).isEqualTo("TOO_MANY_FAILURES");
            assertThat(slowed.header("Retry-After")).isNotNull();
            assertThat(server.call("GET", "/agents", ADMIN, null).status()).isEqualTo(200);
            assertThat(server.call("GET", "/audit", ADMIN, null).json().path("items"))
                    .hasSizeLessThanOrEqualTo(4);
        }
    }

    @Test
    void nobody_gives_away_what_he_lacks_himself(@TempDir Path home) {
        try (TestServer server = TestServer.start(home)) {
            String warden = server.context()
                    .getBean(Keyring.class)
                    .issue("warden", Owner.LOCAL, Role.ADMIN, Set.of(Permission.KEYS_MANAGE), null)
                    .value();
            TestServer.Answer refused = server.call("POST", "/keys", warden, "{\"name\":\"x\",\"role\":\"ADMIN\"}");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("INSUFFICIENT_PERMISSIONS");
            assertThat(server.call("POST", "/keys", warden, "{\"name\":\"x\"}").status())
                    .isEqualTo(403);
            assertThat(server.call(
                                    "POST",
                                    "/keys",
                                    warden,
                                    "{\"name\":\"x\",\"role\":\"ADMIN\",\"permissions\":[\"keys:manage\"]}")
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void a_revoked_key_is_shown_as_revoked(@TempDir Path home) {
        try (TestServer server = TestServer.start(home)) {
            String id = server.call("POST", "/keys", ADMIN, "{\"name\":\"x\"}")
                    .json()
                    .path("keyId")
                    .asString();
            assertThat(server.call("DELETE", "/keys/" + id, ADMIN, null).json().has("revokedAt"))
                    .isTrue();
        }
    }

    @Test
    void an_answer_that_the_client_does_not_take_is_refused_before_anything_happens(@TempDir Path home) {
        try (TestServer server = TestServer.start(home)) {
            TestServer.Answer answer = server.call("POST", "/agents", ADMIN, ADA, "Accept", "text/html");
            assertThat(answer.status()).isEqualTo(406);
            assertThat(answer.code()).isEqualTo("NOT_ACCEPTABLE");
            assertThat(server.call("GET", "/agents", ADMIN, null).json().path("items"))
                    .isEmpty();
        }
    }

    @Test
    void a_body_without_a_length_is_limited_over_http_2_too(@TempDir Path home) throws Exception {
        try (TestServer server = TestServer.start(home, "server.http2.enabled=true", "launchpad.web.max-body=20KB")) {
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
            HttpRequest upgrade = HttpRequest.newBuilder(URI.create(server.base() + "/health"))
                    .build();
            assertThat(http.send(upgrade, HttpResponse.BodyHandlers.ofString()).version())
                    .isEqualTo(HttpClient.Version.HTTP_2);
            byte[] large = ("{\"agentName\":\"" + "x".repeat(30_000) + "\"}").getBytes(StandardCharsets.UTF_8);
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.base() + "/agents"))
                    .header("X-API-Key", ADMIN)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"half \\ud800\"}",
                "{\"name\":\"nul \\u0000\"}",
                "{\"name\":\"bell \\u0007\"}",
                "{\"name\":\" \"}",
                "{\"name\":5}",
                "{\"name\":\"x\",\"owner\":\"half \\udc00\"}",
                "{\"name\":\"x\",\"owner\":\"line\\nbreak\"}",
                "{\"name\":\"x\",\"role\":\"ROOT\"}",
                "{\"name\":\"x\",\"role\":1}",
                "{\"name\":\"x\",\"permissions\":[null]}",
                "{\"name\":\"x\",\"expiresAt\":4102444800}"
            })
    void a_text_that_nobody_can_read_or_keep_is_no_name(String body, @TempDir Path home) {
        try (TestServer server = TestServer.start(home)) {
            TestServer.Answer answer = server.call("POST", "/keys", ADMIN, body);
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(server.call("GET", "/keys", ADMIN, null).json().path("items"))
                    .isEmpty();
        }
    }

    @Test
    void more_copies_than_the_installation_allows_are_refused_at_once(@TempDir Path home) {
        try (TestServer server = TestServer.start(home, "launchpad.limits.max-replicas=3")) {
            String id = server.call("POST", "/agents", ADMIN, ADA)
                    .json()
                    .path("agentId")
                    .asString();
            TestServer.Answer answer = server.call("POST", "/agents/" + id + "/scale", ADMIN, "{\"replicas\":4}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("RESOURCE_LIMIT_EXCEEDED");
            assertThat(server.call("POST", "/agents/" + id + "/scale", ADMIN, "{\"replicas\":1.5}")
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void below_other_paths_the_api_works_and_says_where_it_is(@TempDir Path home) {
        try (TestServer server = TestServer.start(
                home, "server.servlet.context-path=/shop", "spring.mvc.servlet.path=/mvc", "test.prefix=/shop/mvc")) {
            assertThat(server.call("GET", "/health", null, null).text()).isEqualTo("{\"status\":\"UP\"}");
            TestServer.Answer created = server.call("POST", "/agents", ADMIN, ADA);
            assertThat(created.header("Location"))
                    .isEqualTo("/shop/mvc/launchpad/api/operations/"
                            + created.json().path("operationId").asString());
            assertThat(server.call("GET", "/agents", null, null).status()).isEqualTo(401);
        }
    }

    @Test
    void several_entity_tags_match_if_one_does_and_a_repeated_request_gets_its_first_answer(@TempDir Path home) {
        try (TestServer server = TestServer.start(home)) {
            TestServer.Answer created = server.call("POST", "/agents", ADMIN, ADA);
            String path = "/agents/" + created.json().path("agentId").asString();
            String etag = String.valueOf(created.header("ETag"));
            String other = "\"op-" + "0".repeat(24) + "\"";

            JsonNode first = server.call(
                            "PUT", path, ADMIN, ADA, "If-Match", other + ", " + etag, "Idempotency-Key", "once")
                    .json();
            TestServer.Answer again = server.call("PUT", path, ADMIN, ADA, "If-Match", etag, "Idempotency-Key", "once");
            assertThat(again.status()).as(again.text()).isEqualTo(202);
            assertThat(again.json()).isEqualTo(first);

            for (String stale : new String[] {etag, other, "W/" + etag, "nonsense", "\"\""}) {
                TestServer.Answer refused = server.call("DELETE", path, ADMIN, null, "If-Match", stale);
                assertThat(refused.status()).as(stale).isEqualTo(412);
                assertThat(refused.code()).isEqualTo("PRECONDITION_FAILED");
            }
            assertThat(server.call("DELETE", path, ADMIN, null, "If-Match", "*").status())
                    .isEqualTo(202);
        }
    }
}
