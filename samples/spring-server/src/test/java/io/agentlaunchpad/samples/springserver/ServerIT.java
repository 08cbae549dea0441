package io.agentlaunchpad.samples.springserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.samples.echomodel.EchoModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar as it is shipped, driven over HTTP alone: a real agent from creation to removal. */
class ServerIT {

    private static final Pattern FIRST_KEY = Pattern.compile("first admin key, shown this once: (alk_[0-9a-f]{64})");

    /** A server that ends waits 30 s for what it does; one that took less has ended it. */
    private static final Duration DRAINS_WELL_WITHIN = Duration.ofSeconds(25);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private ServerProcess server;
    private String key = "";

    @BeforeEach
    void startTheJar() throws Exception {
        start();
        Matcher first = FIRST_KEY.matcher(server.output());
        assertThat(first.find()).as("the first key is printed").isTrue();
        key = first.group(1);
    }

    private void start() throws Exception {
        server = ServerProcess.start(directory.resolve("home"), Map.of()).awaitStart();
    }

    @AfterEach
    void stopTheJar() throws Exception {
        server.close();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void an_agent_is_launched_followed_talked_to_restarted_with_the_server_and_deleted() throws Exception {
        try (EchoModel model = EchoModel.startIn(directory.resolve("model"))) {
            JsonNode created = json(call("POST", "/agents", agent(model)), 202);
            String id = created.path("agentId").asString();
            List<String> story =
                    follow(id, "OPERATION_SETTLED", created.path("operationId").asString());
            assertThat(story)
                    .containsSubsequence(
                            "OPERATION_QUEUED",
                            "OPERATION_STARTED",
                            "STAGE_STARTED",
                            "STAGE_FINISHED",
                            "OPERATION_SETTLED");
            assertThat(operation(created).path("outcome").asString())
                    .as(operation(created).toString())
                    .isEqualTo("SUCCEEDED");

            JsonNode status = json(call("GET", "/agents/" + id + "/status", null), 200);
            assertThat(status.path("status").asString()).isEqualTo("DEPLOYED");
            assertThat(status.path("health").path("overall").path("state").asString())
                    .as(status.toString())
                    .isEqualTo("HEALTHY");
            assertThat(say(id, "What is a loop?")).contains("What is a loop?");
            assertThat(listen(id, "Why is 1 < 2? ".repeat(20).strip()))
                    .hasSizeGreaterThan(2)
                    .endsWith("You said: " + "Why is 1 < 2? ".repeat(20).strip());
            assertThat(json(call("GET", "/agents/" + id + "/logs?lines=20", null), 200)
                            .path("lines"))
                    .isNotEmpty();
            assertThat(json(call("GET", "/agents/" + id + "/metrics", null), 200)
                            .path("instances")
                            .asInt())
                    .isEqualTo(1);
            assertThat(call("GET", "/agents/" + id, null).body()).doesNotContain(EchoModel.KEY);

            JsonNode restarted = json(call("POST", "/agents/" + id + "/restart", null), 202);
            follow(id, "OPERATION_STARTED", restarted.path("operationId").asString());
            Instant asked = Instant.now();
            server.stop();
            Instant gone = Instant.now();
            assertThat(server.output()).doesNotContain(EchoModel.KEY);
            start();
            assertThat(server.output()).doesNotContain("first admin key");
            if (Duration.between(asked, gone).compareTo(DRAINS_WELL_WITHIN) < 0) {
                JsonNode drained = operation(restarted);
                assertThat(drained.path("outcome").asString(""))
                        .as(drained.toString())
                        .isEqualTo("SUCCEEDED");
                assertThat(Instant.parse(drained.path("settledAt").asString()))
                        .as("ended by the instance that was asked to end")
                        .isBefore(gone);
            } else {
                // A machine so busy that the time to drain was over: the new instance ends it.
                Awaitility.await()
                        .atMost(Duration.ofMinutes(5))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(
                                        operation(restarted).path("outcome").asString(""))
                                .isEqualTo("SUCCEEDED"));
            }
            assertThat(say(id, "Still there?")).contains("Still there?");

            JsonNode deleted = json(call("DELETE", "/agents/" + id, null), 202);
            follow(id, "OPERATION_SETTLED", deleted.path("operationId").asString());
            assertThat(json(call("GET", "/agents", null), 200).path("items")).isEmpty();
            assertThat(call("GET", "/agents/" + id, null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void what_is_not_the_api_needs_no_key_and_tells_little() throws Exception {
        HttpResponse<String> health = http.send(
                HttpRequest.newBuilder(server.api().resolve("/actuator/health")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(health.body()).contains("UP").doesNotContain("operations");
        HttpResponse<String> without = http.send(
                HttpRequest.newBuilder(URI.create(server.api() + "/agents")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(without.statusCode()).isEqualTo(401);
    }

    private static String agent(EchoModel model) {
        return """
                {"agentName": "ada", "personality": {"bio": ["Explains mathematics"]},
                 "selectedPlugins": ["@elizaos/plugin-openai"],
                 "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_BASE_URL": "%s"}},
                 "secrets": {"OPENAI_API_KEY": "%s"}}""".formatted(model.baseUrl(), EchoModel.KEY);
    }

    private String say(String id, String text) throws Exception {
        return json(call("POST", "/agents/" + id + "/messages", "{\"text\":\"" + text + "\"}"), 200)
                .path("text")
                .asString();
    }

    /** The reply's pieces, and it; the pieces are those of the reply. */
    private List<String> listen(String id, String text) throws Exception {
        HttpResponse<Stream<String>> answer = http.send(
                request("/agents/" + id + "/messages")
                        .header("Content-Type", "application/json")
                        .header("Accept", "text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        List<String> told = answer.body()
                .filter(line -> line.startsWith("data:"))
                .map(line -> JsonMapper.shared()
                        .readTree(line.substring(5))
                        .path("text")
                        .asString())
                .toList();
        assertThat(String.join("", told.subList(0, told.size() - 1))).isEqualTo(told.get(told.size() - 1));
        return told;
    }

    private JsonNode operation(JsonNode accepted) throws Exception {
        return json(call("GET", "/operations/" + accepted.path("operationId").asString(), null), 200);
    }

    /** The types of the events up to that one of that operation. */
    private List<String> follow(String id, String last, String operation) throws Exception {
        HttpResponse<Stream<String>> stream =
                http.send(request("/agents/" + id + "/events").build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        List<String> types = new ArrayList<>();
        try (Stream<String> lines = stream.body()) {
            for (var each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("data:")) {
                    JsonNode event = JsonMapper.shared().readTree(line.substring(5));
                    types.add(event.path("type").asString());
                    if (event.path("operationId").asString("").equals(operation)
                            && event.path("type").asString().equals(last)) {
                        break;
                    }
                }
            }
        }
        return types;
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = request(path)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.api() + path)).header("X-API-Key", key);
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JsonMapper.shared().readTree(response.body());
    }
}
