package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every address × every kind of caller. */
class AuthorisationMatrixTest {

    private static TestServer server;
    private static String mine;
    private static String others;
    private static String expired;
    private static String revoked;
    private static String agent;
    private static String operation;

    /** A row: what the owner of agent ada, another user, and an admin get. */
    record Row(String method, String path, @Nullable String body, int owner, int other, int admin) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row("POST", "/agents", ADA.replace("ada", "new"), 202, 202, 202),
                new Row("GET", "/agents", null, 200, 200, 200),
                new Row("POST", "/agents/plan", ADA, 200, 200, 200),
                new Row("GET", "/agents/{id}", null, 200, 404, 200),
                new Row("PUT", "/agents/{id}", ADA, 202, 404, 202),
                new Row("GET", "/agents/{id}/status", null, 200, 404, 200),
                new Row("GET", "/agents/{id}/metrics", null, 200, 404, 200),
                new Row("POST", "/agents/{id}/scale", "{\"replicas\":1}", 202, 404, 202),
                new Row("POST", "/agents/{id}/restart", null, 202, 404, 202),
                new Row("POST", "/agents/{id}/stop", null, 202, 404, 202),
                new Row("POST", "/agents/{id}/start", null, 202, 404, 202),
                new Row("POST", "/agents/{id}/rollback", null, 202, 404, 202),
                new Row("GET", "/agents/{id}/releases", null, 200, 404, 200),
                new Row("GET", "/agents/{id}/operations", null, 200, 404, 200),
                new Row("GET", "/agents/{id}/events", null, 200, 404, 200),
                new Row("GET", "/events", null, 200, 200, 200),
                // It does not run, so there is nobody to hear and no log.
                new Row("GET", "/agents/{id}/logs", null, 409, 404, 409),
                new Row("GET", "/agents/{id}/logs?follow=true", null, 200, 404, 200),
                new Row("POST", "/agents/{id}/messages", "{\"text\":\"Hello\"}", 409, 404, 409),
                // Nothing serves, so there is nothing to look into.
                new Row("POST", "/agents/{id}/scan", null, 409, 404, 409),
                new Row("GET", "/agents/{id}/sbom", null, 409, 404, 409),
                new Row("GET", "/operations/{op}", null, 200, 404, 200),
                new Row("DELETE", "/operations/{op}", null, 202, 404, 202),
                new Row("DELETE", "/agents/{id}", null, 202, 404, 202),
                new Row("GET", "/plugins", null, 200, 200, 200),
                new Row("POST", "/keys", "{\"name\":\"k\"}", 403, 403, 201),
                new Row("GET", "/keys", null, 403, 403, 200),
                new Row("DELETE", "/keys/{key}", null, 403, 403, 404),
                new Row("GET", "/audit", null, 403, 403, 200),
                new Row("GET", "/system/metrics", null, 403, 403, 200));
    }

    @BeforeAll
    static void start(@TempDir Path home) {
        server = TestServer.start(home, "launchpad.web.streams.per-caller=1000");
        mine = server.key("mine", Role.USER, null);
        others = server.key("others", Role.USER, null);
        expired = server.key("mine", Role.USER, Instant.now().minusSeconds(1));
        revoked = server.key("mine", Role.USER, null);
        Keyring keyring = server.context().getBean(Keyring.class);
        keyring.revoke(keyring.list().get(keyring.list().size() - 1).id());
        TestServer.Answer created = server.call("POST", "/agents", mine, ADA);
        assertThat(created.status()).isEqualTo(202);
        agent = AgentId.of(Owner.of("mine"), "ada").value();
        operation = created.json().path("operationId").asString();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_table_has_every_address_of_the_api() {
        Set<String> mapped = server
                .context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(info -> info.getPatternValues().stream()
                        .filter(path -> path.startsWith("/launchpad/api"))
                        .flatMap(path -> info.getMethodsCondition().getMethods().stream()
                                .map(method -> method + " " + path.substring("/launchpad/api".length()))))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = rows().map(row -> row.method() + " "
                        + row.path()
                                .replace("{op}", "{id}")
                                .replace("/keys/{key}", "/keys/{keyId}")
                                .replaceAll("\\?.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        listed.add("GET /health");

        assertThat(listed).isEqualTo(mapped);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void callers_without_a_valid_key_learn_nothing(Row row) {
        Map<String, @Nullable String> keys = new java.util.LinkedHashMap<>();
        keys.put("none", null);
        keys.put("wrong", "alk_" + "0".repeat(64));
        keys.put("malformed", "let-me-in");
        keys.put("expired", expired);
        keys.put("revoked", revoked);
        keys.forEach((kind, key) -> {
            TestServer.Answer answer = server.call(row.method(), path(row), key, row.body());
            assertThat(answer.status()).as(kind + " key").isEqualTo(401);
            assertThat(answer.code()).as(kind + " key").isEqualTo("INVALID_API_KEY");
            assertThat(answer.type()).isEqualTo("application/problem+json");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void the_owner_another_user_and_an_admin_get_what_the_table_says(Row row) {
        // Others first: a change by the owner would be refused the second time.
        assertThat(server.call(row.method(), path(row), others, row.body()))
                .as("another user")
                .satisfies(answer -> {
                    assertThat(answer.status()).as(answer.text()).isEqualTo(row.other());
                    if (row.other() == 404) {
                        assertThat(answer.text()).doesNotContain("\"mine\"");
                    }
                });
        assertThat(server.call(row.method(), path(row), mine, row.body()))
                .as("the owner")
                .satisfies(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(row.owner()));
        assertThat(server.call(row.method(), path(row), ADMIN, row.body()))
                .as("an admin")
                .satisfies(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(row.admin()));
    }

    @Test
    void another_owners_agent_sounds_like_one_that_does_not_exist() {
        String no =
                server.call("GET", "/agents/nobody-0123456789", others, null).text();
        String theirs = server.call("GET", "/agents/" + agent, others, null).text();
        assertThat(masked(theirs, agent)).isEqualTo(masked(no, "nobody-0123456789"));
    }

    @Test
    void health_answers_everybody_with_one_word_and_an_admin_with_components() {
        assertThat(server.call("GET", "/health", null, null).text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(server.call("GET", "/health", mine, null).text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(server.call("GET", "/health", "wrong", null).status()).isEqualTo(401);
        assertThat(server.call("GET", "/health", ADMIN, null)
                        .json()
                        .path("components")
                        .propertyNames())
                .containsExactlyInAnyOrder("platforms", "store");
    }

    private static String masked(String text, String id) {
        return text.replace(id, "ID").replaceAll("\"requestId\":\"[^\"]*\"", "");
    }

    private static String path(Row row) {
        return row.path().replace("{id}", agent).replace("{op}", operation).replace("{key}", "key-000000000000");
    }
}
