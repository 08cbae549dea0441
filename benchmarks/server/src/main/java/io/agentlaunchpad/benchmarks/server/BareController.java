package io.agentlaunchpad.benchmarks.server;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a person would write who needs these two answers and nothing else: the same statements on the same tables, the same fields
 * in the answer. No key, no limits, no owners, no headers, no typed records in between.
 */
@RestController
@RequestMapping("/bare/agents")
class BareController {

    private static final String S = LoadServer.SCHEMA + ".";

    private final JdbcClient database;

    BareController(JdbcClient database) {
        this.database = database;
    }

    @GetMapping
    Page list(@RequestParam int limit, @RequestParam(defaultValue = "") String cursor) {
        Set<String> open = new HashSet<>(
                database.sql("SELECT agent_id FROM " + S + "operations WHERE state <> 'SETTLED' ORDER BY id")
                        .query(String.class)
                        .list());
        List<Item> items = database
                .sql("SELECT body FROM " + S + "agents WHERE id > ? ORDER BY id LIMIT ?")
                .params(cursor, limit + 1)
                .query(String.class)
                .list()
                .stream()
                .map(body -> item(body, open))
                .toList();
        return items.size() <= limit
                ? new Page(items, null)
                : new Page(items.subList(0, limit), items.get(limit - 1).agentId());
    }

    @GetMapping("/{id}/status")
    Status status(@PathVariable String id) {
        JsonNode agent = read(database.sql("SELECT body FROM " + S + "agents WHERE id = ?")
                .param(id)
                .query(String.class)
                .single());
        List<String> open = database.sql(
                        "SELECT body FROM " + S + "operations WHERE agent_id = ? AND state <> 'SETTLED' ORDER BY id")
                .param(id)
                .query(String.class)
                .list();
        JsonNode last =
                read(database.sql("SELECT body FROM " + S + "operations WHERE agent_id = ? ORDER BY id DESC LIMIT 1")
                        .param(id)
                        .query(String.class)
                        .single());
        JsonNode release = read(database.sql("SELECT body FROM " + S + "releases WHERE agent_id = ? AND revision = ?")
                .params(id, agent.path("serving").asInt())
                .query(String.class)
                .single());
        return new Status(
                id,
                open.isEmpty() ? "DEPLOYED" : "UPDATING",
                agent.path("serving").asInt(),
                agent.path("health"),
                release.path("run").path("replicas").asInt(),
                open.isEmpty() ? null : read(open.get(0)).path("id").asString(),
                last.path("result").get("failure"),
                agent.path("createdAt").asString(),
                agent.path("updatedAt").asString());
    }

    private static Item item(String body, Set<String> open) {
        JsonNode agent = read(body);
        String id = agent.path("id").asString();
        return new Item(
                id,
                agent.path("name").asString(),
                agent.path("owner").asString(),
                agent.path("platform").asString(),
                open.contains(id) ? "UPDATING" : "DEPLOYED",
                agent.path("health").path("health").asString(),
                agent.path("serving").asInt(),
                agent.path("servingReplicas").asInt(),
                agent.path("createdAt").asString(),
                agent.path("updatedAt").asString());
    }

    private static JsonNode read(String json) {
        return JsonMapper.shared().readTree(json);
    }

    record Page(List<Item> items, @Nullable String next) {}

    record Item(
            String agentId,
            String name,
            String owner,
            String platform,
            String status,
            String health,
            int revision,
            int replicas,
            String createdAt,
            String updatedAt) {}

    record Status(
            String agentId,
            String status,
            int revision,
            JsonNode health,
            int replicas,
            @Nullable String operationId,
            @Nullable JsonNode lastFailure,
            String createdAt,
            String updatedAt) {}
}
