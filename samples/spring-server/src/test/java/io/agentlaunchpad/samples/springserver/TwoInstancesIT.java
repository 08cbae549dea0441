package io.agentlaunchpad.samples.springserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.Model;
import io.agentlaunchpad.testbed.Postgres;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealModel;
import io.agentlaunchpad.testbed.RealPostgres;
import io.agentlaunchpad.testbed.RealRedis;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Redis;
import io.agentlaunchpad.testbed.Registry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two instances of the server over PostgreSQL, Redis, a registry and a cluster, by properties alone, and a client that knows only
 * the OpenAPI document. In the middle of an update the instance that does it is killed; everything ends right.
 */
@RealCluster
@RealRegistry
@RealPostgres
@RealRedis
@RealModel
class TwoInstancesIT {

    private static final String KEY = "alk_" + "7e".repeat(32);
    private static final String PLANTED = "planted-model-key-8d20f6a1";
    private static final String OURS = "app.kubernetes.io/managed-by=launchpad";

    @TempDir
    private Path directory;

    private final List<ServerProcess> instances = new ArrayList<>();
    private final AtomicReference<ServerProcess> asked = new AtomicReference<>();
    private final ApiClient client = new ApiClient(() -> asked.get().api(), KEY);
    private final List<Long> story = new ArrayList<>();

    private Cluster cluster;
    private Postgres postgres;
    private String agentsDatabase;
    private String agent;

    @BeforeEach
    void startTwo(Cluster realCluster, Registry registry, Postgres realPostgres, Redis redis) throws Exception {
        cluster = realCluster;
        postgres = realPostgres;
        cluster.enforce("restricted");
        // Agents and records do not share a database: both have a table "agents".
        agentsDatabase = postgres.uriFromPods().orElseThrow() + "_agents";
        onServer("create database " + agentsDatabaseName());
        Map<String, String> settings = new HashMap<>();
        settings.put("LAUNCHPAD_SECURITY_ADMINKEY", KEY);
        settings.put("SPRING_DATASOURCE_URL", postgres.jdbcUrl());
        settings.put("SPRING_DATASOURCE_USERNAME", postgres.username());
        settings.put("SPRING_DATASOURCE_PASSWORD", postgres.password());
        settings.put("LAUNCHPAD_DOORBELL_REDIS", redis.uri().toString());
        settings.put("LAUNCHPAD_DOORBELL_CHANNEL", redis.prefix() + "bell");
        settings.put("LAUNCHPAD_ARTIFACTS_PUSHINGTO", registry.repository());
        settings.put("LAUNCHPAD_ARTIFACTS_BASEIMAGE", registry.baseImage());
        settings.put("LAUNCHPAD_PLATFORM_KUBERNETES_ENABLED", "true");
        settings.put(
                "LAUNCHPAD_PLATFORM_KUBERNETES_KUBECONFIG", cluster.kubeconfig().toString());
        settings.put("LAUNCHPAD_PLATFORM_KUBERNETES_CONTEXT", cluster.context());
        settings.put("LAUNCHPAD_PLATFORM_KUBERNETES_NAMESPACE", cluster.namespace());
        for (String name : List.of("one", "two")) {
            instances.add(ServerProcess.start(directory.resolve(name), settings));
        }
        instances.forEach(ServerProcess::awaitStart);
        asked.set(instances.get(0));
    }

    @AfterEach
    void endBoth() throws Exception {
        for (ServerProcess instance : instances) {
            instance.close();
        }
        onServer("drop database if exists " + agentsDatabaseName() + " with (force)");
    }

    private String agentsDatabaseName() {
        return agentsDatabase.substring(agentsDatabase.lastIndexOf('/') + 1);
    }

    private void onServer(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void an_agents_life_goes_on_when_the_instance_that_changes_it_is_killed(Model model) throws Exception {
        create(model);
        talk("What is a loop?");
        scale();
        updateWhileAnInstanceDies(model);
        talk("Still there?");
        rollBack();
        talk("And now?");
        delete();
        for (ServerProcess instance : instances) {
            assertThat(instance.output()).doesNotContain(PLANTED, postgres.password(), KEY);
        }
        instances.remove(asked.get());
        asked.get().stop();
        assertThat(asked.get().output()).doesNotContain(PLANTED).doesNotContain(" ERROR ");
    }

    private void create(Model model) throws Exception {
        List<String> once = List.of("Idempotency-Key", "open-ada");
        JsonNode accepted = client.change("POST", "/agents", configuration(model, "Explains mathematics"), once);
        agent = accepted.path("agentId").asString();
        ask(1);
        JsonNode again = client.change("POST", "/agents", configuration(model, "Explains mathematics"), once);
        assertThat(again.path("operationId")).isEqualTo(accepted.path("operationId"));
        assertSucceeded(accepted);

        JsonNode status = client.get("/agents/{id}/status", agent);
        assertThat(status.path("status").asString()).isEqualTo("DEPLOYED");
        assertThat(status.at("/health/overall/state").asString())
                .as(status.toString())
                .isEqualTo("HEALTHY");
    }

    private void scale() throws Exception {
        ask(0);
        assertSucceeded(client.change("POST", "/agents/{id}/scale", "{\"replicas\": 2}", List.of(), agent));
        assertThat(client.get("/agents/{id}/status", agent)
                        .at("/health/kubernetes/ready")
                        .asInt())
                .isEqualTo(2);
    }

    private void updateWhileAnInstanceDies(Model model) throws Exception {
        ask(1);
        HttpResponse<String> seen = client.call("GET", "/agents/{id}", null, List.of(), agent);
        assertThat(seen.body()).doesNotContain(PLANTED).contains("***");
        String etag = seen.headers().firstValue("ETag").orElseThrow();
        String update = configuration(model, "Explains it with drawings", "***", "***");
        List<String> onlyIfUnchanged = List.of("If-Match", etag);
        JsonNode accepted = client.change("PUT", "/agents/{id}", update, onlyIfUnchanged, agent);
        assertThat(client.call("PUT", "/agents/{id}", update, onlyIfUnchanged, agent)
                        .statusCode())
                .as("seen before the change")
                .isEqualTo(412);

        String operation = accepted.path("operationId").asString();
        List<ServerProcess> killed = new ArrayList<>();
        List<String> types = new ArrayList<>();
        follow(operation, event -> {
            types.add(event.path("type").asString());
            boolean verifying = event.at("/data/stage").asString("").equals("VERIFY");
            if (verifying && killed.isEmpty()) {
                killed.add(killTheOneThatWorksOn(operation));
            }
        });
        assertThat(killed).hasSize(1);
        assertThat(types).contains("OPERATION_RESUMED");
        assertSettled(operation, "SUCCEEDED");
        assertThat(bio()).isEqualTo("Explains it with drawings");
        assertThat(client.get("/agents/{id}/releases", agent).path("items"))
                .filteredOn(release -> release.path("serving").asBoolean())
                .singleElement()
                .satisfies(
                        release -> assertThat(release.path("revision").asInt()).isEqualTo(3));
    }

    private void rollBack() throws Exception {
        assertSucceeded(client.change("POST", "/agents/{id}/rollback", null, List.of(), agent));
        assertThat(bio()).isEqualTo("Explains mathematics");
        assertThat(client.get("/agents/{id}/status", agent)
                        .at("/health/kubernetes/ready")
                        .asInt())
                .isEqualTo(2);
    }

    private void delete() throws Exception {
        JsonNode accepted = client.change("DELETE", "/agents/{id}", null, List.of(), agent);
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> client.call("GET", "/agents/{id}", null, List.of(), agent)
                                .statusCode()
                        == 404);
        assertThat(accepted.path("agentId").asString()).isEqualTo(agent);
        assertThat(client.get("/agents").path("items")).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(cluster.kubectl(
                                "get",
                                "deployments,pods,services,secrets,networkpolicies,serviceaccounts",
                                "-l",
                                OURS,
                                "-o",
                                "name"))
                        .isEmpty());
        assertThat(story)
                .as("numbers of events, heard from two instances")
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, story.size()).boxed().toList());
    }

    private void talk(String text) throws Exception {
        assertThat(client.say(agent, text).path("text").asString()).contains(text);
    }

    private String bio() throws Exception {
        return client.get("/agents/{id}", agent).at("/spec/personality/bio/0").asString();
    }

    private void assertSucceeded(JsonNode accepted) throws Exception {
        String operation = accepted.path("operationId").asString();
        follow(operation, event -> {});
        assertSettled(operation, "SUCCEEDED");
    }

    private void assertSettled(String operation, String outcome) throws Exception {
        JsonNode end = client.get("/operations/{id}", operation);
        assertThat(end.path("outcome").asString("")).as(end.toString()).isEqualTo(outcome);
    }

    private void follow(String operation, java.util.function.Consumer<JsonNode> heard) throws Exception {
        long behind = story.isEmpty() ? 0 : story.get(story.size() - 1);
        story.addAll(client.follow(agent, operation, behind, heard));
    }

    private void ask(int instance) {
        asked.set(instances.get(instance));
    }

    /** Not the client's knowledge: the operation's row says which process has claimed it. */
    private ServerProcess killTheOneThatWorksOn(String operation) {
        try (Connection connection = connection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT worker FROM launchpad.operations WHERE id = ?")) {
            select.setString(1, operation);
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                String worker = rows.getString(1);
                ServerProcess working = instances.stream()
                        .filter(instance -> worker.contains(String.valueOf(instance.pid())))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("No instance of ours is " + worker));
                working.kill();
                asked.set(instances.get(1 - instances.indexOf(working)));
                return working;
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String configuration(Model model, String bio) {
        return configuration(model, bio, PLANTED, agentsDatabase);
    }

    private static String configuration(Model model, String bio, String modelKey, String database) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "agentName", "ada",
                        "personality", Map.of("bio", List.of(bio)),
                        "selectedPlugins", List.of("@elizaos/plugin-openai"),
                        "pluginConfigs", Map.of("@elizaos/plugin-openai", Map.of("OPENAI_BASE_URL", model.url())),
                        "database", Map.of("kind", "postgresql"),
                        "secrets", Map.of("OPENAI_API_KEY", modelKey, "POSTGRES_URL", database)));
    }
}
