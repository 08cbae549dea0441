package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Role;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ApiBehaviourTest {

    private static final AtomicInteger OWNERS = new AtomicInteger();
    private static TestServer server;

    private String owner;
    private String key;

    @BeforeAll
    static void start(@TempDir Path home) {
        server = TestServer.start(
                home,
                "launchpad.web.max-body=20KB",
                "launchpad.web.streams.heartbeat=1s",
                "launchpad.web.streams.per-caller=2",
                "launchpad.limits.max-memory=2Gi",
                // An application with habits of its own.
                "spring.jackson.property-naming-strategy=SNAKE_CASE",
                "spring.jackson.default-property-inclusion=always");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void anOwnerOfHisOwn() {
        owner = "owner-" + OWNERS.incrementAndGet();
        key = server.key(owner, Role.USER, null);
    }

    @Test
    void a_launch_is_accepted_with_its_operation_and_where_to_follow_it() {
        TestServer.Answer created = server.call("POST", "/agents", key, ADA);

        assertThat(created.status()).isEqualTo(202);
        JsonNode body = created.json();
        assertThat(body.propertyNames()).containsExactly("agentId", "operationId", "status", "createdAt");
        assertThat(body.path("agentId").asString())
                .isEqualTo(AgentId.of(Owner.of(owner), "ada").value());
        assertThat(body.path("status").asString()).isEqualTo("QUEUED");
        assertThat(Instant.parse(body.path("createdAt").asString())).isBefore(Instant.now());
        String id = body.path("operationId").asString();
        assertThat(created.header("Location")).isEqualTo("/launchpad/api/operations/" + id);
        JsonNode operation = server.call("GET", "/operations/" + id, key, null).json();
        assertThat(operation.path("kind").asString()).isEqualTo("LAUNCH");
        assertThat(operation.path("state").asString()).isEqualTo("QUEUED");
    }

    @Test
    void every_problem_of_a_configuration_is_told_at_once() {
        TestServer.Answer answer = server.call(
                "POST", "/agents", key, "{\"agentName\":\"a\",\"persnality\":{},\"resources\":{\"memory\":\"lots\"}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("code").asString()).isEqualTo("VALIDATION_ERROR");
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("fix").asString()).isNotBlank();
        assertThat(problem.path("requestId").asString()).isEqualTo(answer.header("X-Request-Id"));
        List<String> paths = new ArrayList<>();
        problem.path("problems").forEach(each -> paths.add(each.path("path").asString()));
        assertThat(paths).contains("$.agentName", "$.persnality", "$.resources.memory");
    }

    @Test
    void asking_for_more_than_this_installation_gives_has_a_code_of_its_own() {
        TestServer.Answer answer =
                server.call("POST", "/agents", key, ADA.replace("}}", "},\"resources\":{\"memory\":\"4Gi\"}}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("RESOURCE_LIMIT_EXCEEDED");
    }

    @Test
    void the_same_idempotency_key_gives_the_same_operation() {
        JsonNode first = server.call("POST", "/agents", key, ADA, "Idempotency-Key", "open-1")
                .json();
        JsonNode again = server.call("POST", "/agents", key, ADA, "Idempotency-Key", "open-1")
                .json();
        assertThat(again).isEqualTo(first);
    }

    @Test
    void the_same_name_without_one_is_a_conflict() {
        server.call("POST", "/agents", key, ADA);
        TestServer.Answer again = server.call("POST", "/agents", key, ADA);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("AGENT_EXISTS");
    }

    @Test
    void secret_values_are_masked_and_nowhere_else() {
        String secret = "sk-very-secret-" + owner;
        TestServer.Answer created = server.call(
                "POST", "/agents", key, ADA.replace("}}", "},\"secrets\":{\"OPENAI_API_KEY\":\"" + secret + "\"}}"));
        String id = created.json().path("agentId").asString();
        TestServer.Answer agent = server.call("GET", "/agents/" + id, key, null);

        assertThat(agent.json()
                        .path("spec")
                        .path("secrets")
                        .path("OPENAI_API_KEY")
                        .asString())
                .isEqualTo("***");
        assertThat(List.of(
                        agent.text(),
                        created.text(),
                        server.call("GET", "/agents/" + id + "/operations", key, null)
                                .text(),
                        server.call("GET", "/audit", ADMIN, null).text()))
                .noneMatch(text -> text.contains(secret));
    }

    @Test
    void what_one_gets_can_be_put_back_as_it_is() {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        JsonNode spec = server.call("GET", "/agents/" + id, key, null).json().path("spec");
        assertThat(server.call("PUT", "/agents/" + id, key, spec.toString()).status())
                .isEqualTo(202);
    }

    @Test
    void what_was_seen_while_another_change_was_under_way_undoes_nothing_of_it() {
        TestServer.Answer created = server.call("POST", "/agents", key, ADA);
        String path = "/agents/" + created.json().path("agentId").asString();
        settle(created);
        TestServer.Answer change = server.call("PUT", path, key, ADA);

        String seen = server.call("GET", path, key, null).header("ETag");
        assertThat(seen).isEqualTo(created.header("ETag"));
        assertThat(server.call("PUT", path, key, ADA, "If-Match", seen).status())
                .isEqualTo(412);
        settle(change);
        assertThat(server.call("PUT", path, key, ADA, "If-Match", seen).status())
                .isEqualTo(412);
        assertThat(server.call("GET", path, key, null).header("ETag")).isEqualTo(change.header("ETag"));
    }

    /** As a worker would: none works here. */
    private static void settle(TestServer.Answer accepted) {
        OperationId id = new OperationId(accepted.json().path("operationId").asString());
        boolean settled = server.context().getBean(Store.class).<Boolean>transact(tables -> {
            OperationRow row = tables.operations().find(id).orElseThrow();
            return tables.operations()
                    .update(row.settled(
                            new OperationRow.Result(Outcome.CANCELLED, null, List.of(), null, Instant.now())));
        });
        assertThat(settled).isTrue();
    }

    @Test
    void an_update_of_an_agent_that_changed_in_between_is_refused() {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        String etag = server.call("GET", "/agents/" + id, key, null).header("ETag");
        TestServer.Answer first = server.call("PUT", "/agents/" + id, key, ADA, "If-Match", etag);
        TestServer.Answer second = server.call("PUT", "/agents/" + id, key, ADA, "If-Match", etag);

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("ETag")).isNotEqualTo(etag);
        assertThat(second.status()).isEqualTo(412);
        assertThat(second.code()).isEqualTo("PRECONDITION_FAILED");
        assertThat(server.call("DELETE", "/agents/" + id, key, null, "If-Match", first.header("ETag"))
                        .status())
                .isEqualTo(202);
    }

    @Test
    void an_agent_cannot_be_renamed() {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        TestServer.Answer answer = server.call("PUT", "/agents/" + id, key, ADA.replace("\"ada\"", "\"eve\""));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("problems").get(0).path("path").asString())
                .isEqualTo("$.agentName");
    }

    @Test
    void pages_follow_each_other_without_gap_or_repeat() {
        for (int i = 0; i < 7; i++) {
            server.call("POST", "/agents", key, ADA.replace("\"ada\"", "\"ada-" + i + "\""));
        }
        List<String> names = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page =
                    server.call("GET", "/agents?limit=3" + cursor, key, null).json();
            page.path("items").forEach(item -> names.add(item.path("name").asString()));
            cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : "";
            pages++;
        } while (!cursor.isEmpty());

        assertThat(pages).isEqualTo(3);
        assertThat(names).hasSize(7).doesNotHaveDuplicates();
        assertThat(server.call("GET", "/agents?status=QUEUED", key, null).json().path("items"))
                .hasSize(7);
        assertThat(server.call("GET", "/agents?status=DEPLOYED", key, null)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    @Test
    void an_admin_acts_for_and_lists_any_owner_and_a_user_only_himself() {
        assertThat(server.call("POST", "/agents?owner=" + owner, ADMIN, ADA).status())
                .isEqualTo(202);
        assertThat(server.call("GET", "/agents?owner=" + owner, ADMIN, null)
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(server.call("GET", "/agents?owner=somebody", key, null).status())
                .isEqualTo(403);
        assertThat(server.call("POST", "/agents?owner=somebody", key, ADA).code())
                .isEqualTo("INSUFFICIENT_PERMISSIONS");
    }

    @Test
    void a_key_has_no_more_than_its_permissions_and_stops_when_it_is_revoked() {
        JsonNode made = server.call(
                        "POST",
                        "/keys",
                        ADMIN,
                        "{\"name\":\"ci\",\"owner\":\"" + owner + "\",\"permissions\":[\"agents:read\"]}")
                .json();
        String reader = made.path("value").asString();

        assertThat(reader).matches("alk_[0-9a-f]{64}");
        assertThat(server.call("GET", "/agents", reader, null).status()).isEqualTo(200);
        assertThat(server.call("POST", "/agents", reader, ADA).code()).isEqualTo("INSUFFICIENT_PERMISSIONS");
        assertThat(server.call("GET", "/keys", ADMIN, null).text()).doesNotContain(reader);
        JsonNode seen = find(
                server.call("GET", "/keys", ADMIN, null).json(),
                made.path("keyId").asString());
        assertThat(seen.has("lastUsedAt")).isTrue();

        assertThat(server.call("DELETE", "/keys/" + made.path("keyId").asString(), ADMIN, null)
                        .status())
                .isEqualTo(200);
        assertThat(server.call("GET", "/agents", reader, null).status()).isEqualTo(401);
    }

    private static JsonNode find(JsonNode keys, String id) {
        for (JsonNode key : keys.path("items")) {
            if (key.path("keyId").asString().equals(id)) {
                return key;
            }
        }
        throw new AssertionError("no key " + id);
    }

    @Test
    void a_user_key_cannot_be_given_an_admins_permissions() {
        TestServer.Answer answer =
                server.call("POST", "/keys", ADMIN, "{\"name\":\"x\",\"permissions\":[\"keys:manage\"]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void the_audit_is_read_in_pages_from_the_newest_entry_to_the_first() {
        for (int i = 0; i < 5; i++) {
            server.call("GET", "/keys", key, null);
        }
        String all = "/audit?owner=" + owner + "&limit=";
        List<String> whole = new ArrayList<>();
        server.call("GET", all + 1_000, ADMIN, null).json().path("items").forEach(row -> whole.add(row.toString()));
        assertThat(whole).hasSizeGreaterThanOrEqualTo(5);

        List<String> paged = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = server.call("GET", all + 2 + cursor, ADMIN, null).json();
            page.path("items").forEach(row -> paged.add(row.toString()));
            cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : null;
        }
        assertThat(paged).isEqualTo(whole);
        assertThat(server.call("GET", "/audit?cursor=x", ADMIN, null).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1767323045", "2026-01-02", "Fri%2C+02+Jan+2026+03%3A04%3A05+GMT"})
    void what_is_no_date_time_of_rfc_3339_is_no_time(String time) {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        for (String follow : List.of("", "&follow=true")) {
            TestServer.Answer answer = server.call("GET", "/agents/" + id + "/logs?since=" + time + follow, key, null);
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("INVALID_PARAMETER");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAA", "false"})
    void a_log_is_followed_or_nothing_is_said_of_it(String follow) {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        TestServer.Answer answer = server.call("GET", "/agents/" + id + "/logs?follow=" + follow, key, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void changes_and_refusals_stand_in_the_audit_with_who_and_where() {
        server.call("POST", "/agents", key, ADA);
        server.call("GET", "/keys", key, null);
        server.call("GET", "/agents", "alk_" + "1".repeat(64), null);

        List<String> details = new ArrayList<>();
        server.call("GET", "/audit?limit=20", ADMIN, null)
                .json()
                .path("items")
                .forEach(row -> details.add(row.path("owner").asString() + " "
                        + row.path("detail").asString().replaceAll(" [^ ]+$", "")));
        assertThat(details)
                .contains(
                        owner + " POST /launchpad/api/agents 202",
                        owner + " GET /launchpad/api/keys 403",
                        "unknown GET /launchpad/api/agents 401");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /agents/..%2f..%2fetc",
                "GET /agents/%00",
                "GET /nothing",
                "PATCH /agents",
                "POST /health",
                "GET /agents?limit=0",
                "GET /agents?limit=x",
                "GET /agents?status=HAPPY",
                "GET /agents?cursor=%27%20or%201",
                "GET /operations/op-1",
                "GET /agents/x/logs?since=yesterday",
                "DELETE /keys/none"
            })
    void nothing_that_is_asked_wrongly_ends_in_a_fault_of_ours(String call) {
        String[] parts = call.split(" ");
        TestServer.Answer answer = server.call(parts[0], parts[1], ADMIN, null);
        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
        if (answer.type().startsWith("application/problem+json")) {
            assertThat(answer.code()).isNotBlank();
        } else {
            // Refused by the web server itself, before any application.
            assertThat(parts[1]).containsPattern("%2f|%00");
        }
        assertThat(answer.text()).doesNotContain("java.", "at io.", "Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"replicas\":\"many\"}",
                "{\"replicas\":1,\"x\":2}",
                "{\"replicas\":-1}",
                "{}",
                "{\"replicas\":1} {}",
                "\u0000"
            })
    void a_body_that_will_not_do_is_refused_in_our_words(String body) {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        TestServer.Answer answer = server.call("POST", "/agents/" + id + "/scale", key, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain("java.", "io.agentlaunchpad", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nul\u0000l", "{\"agentName\":\"\u202eada\"}", "{\"a\":1e999999999}"})
    void a_hostile_configuration_is_a_400(String body) {
        TestServer.Answer answer = server.call("POST", "/agents", key, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(server.call("POST", "/agents", key, "[".repeat(9_000)).status())
                .isEqualTo(400);
    }

    @Test
    void a_body_must_be_json_and_not_larger_than_allowed() {
        TestServer.Answer text = server.call("POST", "/agents", key, ADA, "Content-Type", "text/plain");
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.code()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
        assertThat(server.call("POST", "/agents", key, ADA, "Content-Type", "application/json; charset=utf-16")
                        .status())
                .isEqualTo(415);
        TestServer.Answer large = server.call("POST", "/agents", key, "x".repeat(20 * 1024 + 1));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.code()).isEqualTo("BODY_TOO_LARGE");
    }

    @Test
    void a_request_keeps_its_id_if_it_is_harmless() {
        assertThat(server.call("GET", "/plugins", key, null, "X-Request-Id", "trace-7")
                        .header("X-Request-Id"))
                .isEqualTo("trace-7");
        assertThat(server.call("GET", "/plugins", key, null, "X-Request-Id", "a b<script>")
                        .header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void outside_the_base_path_the_application_is_as_it_was() throws Exception {
        HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(server.base().resolve("/elsewhere"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("X-Request-Id")).isEmpty();
        assertThat(answer.body()).doesNotContain("requestId");
    }

    @Test
    void a_stream_tells_an_agents_story_from_the_start_and_what_comes_after() throws Exception {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        HttpResponse<InputStream> stream = server.stream("/agents/" + id + "/events", key);
        try (BufferedReader lines = reader(stream)) {
            assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
            Event first = Event.read(lines);
            assertThat(first.id()).isEqualTo("1");
            assertThat(first.name()).isEqualTo("OPERATION_QUEUED");
            assertThat(first.data().path("agentId").asString()).isEqualTo(id);
            // From another process: nobody here hears it.
            server.context()
                    .getBean(Store.class)
                    .transact(tables -> tables.events()
                            .append(new AgentId(id), Instant.now(), EventType.DRIFT, null, "moved", Map.of()));
            server.call("POST", "/agents/" + id + "/restart", key, null);
            assertThat(Event.read(lines).name()).isEqualTo("DRIFT");
            Event third = Event.read(lines);
            assertThat(third.id()).isEqualTo("3");
            assertThat(third.name()).isEqualTo("OPERATION_QUEUED");
        }
    }

    @Test
    void a_stream_goes_on_behind_the_last_event_heard_and_shows_that_it_lives() throws Exception {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        server.call("POST", "/agents/" + id + "/restart", key, null);
        try (BufferedReader lines = reader(server.stream("/agents/" + id + "/events", key, "Last-Event-ID", "1"))) {
            assertThat(Event.read(lines).id()).isEqualTo("2");
            assertThat(lines.readLine()).isEqualTo(":alive");
        }
        assertThat(server.call("GET", "/agents/" + id + "/events", key, null, "Last-Event-ID", "x' or 1")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void the_stream_of_a_caller_has_his_agents_only_and_new_ones_too() throws Exception {
        String other = server.key("other-" + owner, Role.USER, null);
        try (BufferedReader lines = reader(server.stream("/events", key))) {
            lines.mark(1);
            server.call("POST", "/agents", other, ADA.replace("\"ada\"", "\"theirs\""));
            server.call("POST", "/agents", key, ADA);
            Event event = Event.read(lines);
            assertThat(event.data().path("agentId").asString())
                    .isEqualTo(AgentId.of(Owner.of(owner), "ada").value());
            try (BufferedReader again = reader(server.stream("/events", key, "Last-Event-ID", event.id()))) {
                assertThat(Event.read(again).data()).isEqualTo(event.data());
            }
        }
    }

    @Test
    void a_caller_has_a_bounded_number_of_streams() throws Exception {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        try (BufferedReader one = reader(server.stream("/agents/" + id + "/events", key));
                BufferedReader two = reader(server.stream("/agents/" + id + "/events", key))) {
            Event.read(one);
            Event.read(two);
            TestServer.Answer third = server.call("GET", "/agents/" + id + "/events", key, null);
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.code()).isEqualTo("TOO_MANY_STREAMS");
            assertThat(third.header("Retry-After")).isEqualTo("10");
        }
    }

    private static BufferedReader reader(HttpResponse<InputStream> stream) {
        assertThat(stream.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }

    /** One event as it stands on the wire. */
    private record Event(String id, String name, JsonNode data) {

        static Event read(BufferedReader lines) throws Exception {
            String id = "";
            String name = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    id = line.substring(3);
                } else if (line.startsWith("event:")) {
                    name = line.substring(6);
                } else if (line.startsWith("data:")) {
                    data = line.substring(5);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    return new Event(id, name, Wire.tree(data));
                }
            }
            throw new AssertionError("the stream ended");
        }
    }
}
