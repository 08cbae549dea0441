package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** 10,000 agents, 1,000,000 events and 30,000 operations in a real PostgreSQL: no query reads a whole table. */
class ScaleIT {

    private static final int AGENTS = 10_000;
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Owner OWNER = Owner.of("owner-7");

    private final String schema = Databases.schema();
    private final JdbcStore store = JdbcStore.of(Databases.postgres()).schema(schema);

    @AfterEach
    void drop() {
        Databases.drop(schema);
    }

    @Test
    void lists_status_events_and_claims_stay_flat() throws Exception {
        store.<Integer>read(tables -> tables.outbox().size());
        Map<String, Consumer<Store.Tables>> questions = questions();
        Map<String, Duration> small = new LinkedHashMap<>();
        fill(100);
        questions.forEach((name, question) -> small.put(name, median(question)));
        fill(AGENTS);
        TimeUnit.SECONDS.sleep(2);
        Map<String, Long> before = wholeReads();

        questions.forEach((name, question) -> {
            Duration large = median(question);
            System.out.printf(
                    "%-28s %8.2f ms with 100 agents, %8.2f ms with %d%n",
                    name, small.get(name).toNanos() / 1e6, large.toNanos() / 1e6, AGENTS);
        });

        TimeUnit.SECONDS.sleep(2); // the server counts with a delay
        assertThat(wholeReads()).as("tables read from end to end").isEqualTo(before);
    }

    private static Map<String, Consumer<Store.Tables>> questions() {
        AgentId agent = new AgentId("agent-77");
        Map<String, Consumer<Store.Tables>> questions = new LinkedHashMap<>();
        questions.put("one agent", tables -> tables.agents().find(agent).orElseThrow());
        questions.put("page of all agents", tables -> tables.agents().list(null, agent, 50));
        questions.put("page of an owner's agents", tables -> tables.agents().list(OWNER, null, 50));
        questions.put("agent by name", tables -> tables.agents().named(null, "name-77"));
        questions.put("last 50 events", tables -> tables.events().list(agent, 51, 50));
        questions.put("an agent's operations", tables -> tables.operations().ofAgent(agent, 50));
        questions.put(
                "an agent's open operations", tables -> tables.operations().unsettled(agent));
        questions.put(
                "page of an owner's history", tables -> tables.operations().list(OWNER, null, 50));
        questions.put("operation by key", tables -> tables.operations().byIdempotencyKey(OWNER, "none"));
        questions.put(
                "new event",
                tables -> tables.events().append(agent, NOW, EventType.WARNING, null, "one more", Map.of()));
        questions.put(
                "claim",
                tables -> tables.operations()
                        .claim(new Store.Claim("worker", NOW, NOW.plusSeconds(30)))
                        .orElseThrow());
        return questions;
    }

    private Duration median(Consumer<Store.Tables> question) {
        long[] took = new long[31];
        for (int i = 0; i < took.length; i++) {
            long start = System.nanoTime();
            store.<Boolean>transact(tables -> {
                question.accept(tables);
                return true;
            });
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return Duration.ofNanos(took[took.length / 2]);
    }

    /** Agents up to that number, each with 100 events, 2 settled operations and a queued one. */
    private void fill(int agents) throws SQLException {
        AgentSpec spec = AgentSpec.named("ada").bio("Explains mathematics").build();
        AgentId id = new AgentId("agent-0");
        String agent = Json.write(new AgentRow(
                id, OWNER, "ada", "test", spec, null, 1, 1, 1, Verdict.of(Verdict.Health.HEALTHY), null, NOW, NOW));
        String event = Json.write(new AgentEvent(id, 1, NOW, EventType.STAGE_STARTED, null, "build begins", Map.of()));
        String operation = Json.write(new OperationRow(
                new OperationId("op-000000000000000000000000"),
                id,
                OWNER,
                OperationKind.LAUNCH,
                new OperationRow.Ask("test", spec, null, LaunchPolicy.standard(), 0, 0, false),
                OperationRow.State.QUEUED,
                null,
                OperationRow.Trail.empty(),
                new OperationRow.Hold(0, null, null, 0, NOW),
                false,
                null,
                null,
                NOW,
                null));
        String series = "FROM generate_series((SELECT count(*) FROM %s.agents), " + (agents - 1) + ") AS i";
        String all = ", generate_series(1, 100) AS e";
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement()) {
            String from = series.formatted("\"" + schema + "\"");
            statement.execute("SET search_path TO \"" + schema + "\"");
            statement.execute("INSERT INTO events SELECT 'agent-' || i, e, now(), '" + event + "' " + from + all);
            statement.execute(
                    "INSERT INTO operations SELECT 'op-' || lpad(to_hex(i * 3 + e), 24, '0'), 'agent-' || i, 'owner-' ||"
                            + " i % 100, CASE WHEN e < 3 THEN 'SETTLED' ELSE 'QUEUED' END, i, 0, null, null, 0, '" + NOW
                            + "', false, null, CASE WHEN e < 3 THEN now() END, '" + operation + "' " + from
                            + ", generate_series(1, 3) AS e");
            statement.execute("INSERT INTO turnstiles SELECT 'agent-' || i, 100 " + from);
            statement.execute("INSERT INTO agents SELECT 'agent-' || i, 'owner-' || i % 100, 'name-' || i, '" + agent
                    + "' " + from);
            statement.execute("ANALYZE agents, events, operations, turnstiles");
            statement.execute("RESET search_path");
        }
    }

    private Map<String, Long> wholeReads() throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = '" + schema
                                + "' AND relname IN ('agents', 'events', 'operations', 'turnstiles') ORDER BY 1")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }
}
