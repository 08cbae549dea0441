package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.jdbc.Counted;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What the most frequent questions cost where the records are in a database. */
class JourneysTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void a_status_is_one_look_for_the_key_and_one_for_the_agent(@TempDir Path home) {
        Counted counted;
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:file:" + home.resolve("records"));
            counted = Counted.of(pool);
            App.database = counted.dataSource();
            try (TestServer server = TestServer.start(home, App.class, "launchpad.store.kind=jdbc")) {
                String key = server.key("anna", Role.USER, null);
                String stranger = server.key("bob", Role.USER, null);
                String path = "/agents/"
                        + server.call("POST", "/agents", key, ADA)
                                .json()
                                .path("agentId")
                                .asString()
                        + "/status";
                assertThat(server.call("GET", path, stranger, null).status()).isEqualTo(404);

                List<String> journeys = counted.journeys(() ->
                        assertThat(server.call("GET", path, key, null).status()).isEqualTo(200));

                assertThat(journeys).hasSize(2);
                assertThat(journeys.get(0)).contains("api_keys");
                assertThat(journeys.get(1)).contains("agents");
            }
        }
    }

    @Test
    void the_stream_of_all_agents_opens_and_looks_at_a_cost_that_does_not_grow_with_their_number(@TempDir Path home) {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:file:" + home.resolve("records"));
            Counted counted = Counted.of(pool);
            Store store = JdbcStore.of(counted.dataSource());
            store.<Boolean>transact(tables -> {
                for (int i = 0; i < 50; i++) {
                    put(tables, new AgentId("agent-" + i));
                }
                return true;
            });
            OwnerEvents fromNow = new OwnerEvents(store, null, null);
            OwnerEvents since = new OwnerEvents(store, null, NOW);

            assertThat(counted.journeys(
                            () -> assertThat(fromNow.next().events()).isEmpty()))
                    .as("last numbers, open operations, last numbers, each with a commit")
                    .hasSize(6);
            assertThat(counted.journeys(() -> assertThat(since.next().events()).hasSize(50)))
                    .as("last numbers, operations settled and events since then, each with a commit")
                    .hasSize(6);
            store.<Object>transact(tables ->
                    tables.events().append(new AgentId("agent-7"), NOW, EventType.DRIFT, null, "x", Map.of()));
            assertThat(since.next().events()).as("of another process, and old").hasSize(1);
            assertThat(since.next().events()).isEmpty();
            assertThat(counted.journeys(() -> since.next()))
                    .as("open operations, with a commit")
                    .hasSize(2);
        }
    }

    @Test
    void many_events_are_replayed_page_by_page_and_each_once() {
        Store store = Stores.inMemory();
        store.<Boolean>transact(tables -> {
            put(tables, new AgentId("ada"));
            for (int i = 0; i < 1_200; i++) {
                tables.events().append(new AgentId("ada"), NOW, EventType.WARNING, null, "x", Map.of());
            }
            return true;
        });
        OwnerEvents events = new OwnerEvents(store, Owner.LOCAL, NOW);
        EventSource.Found first = events.next();
        assertThat(first.events()).hasSize(500);
        assertThat(first.more()).isTrue();
        assertThat(events.next().events()).hasSize(500);
        EventSource.Found last = events.next();
        assertThat(last.events()).hasSize(201);
        assertThat(last.more()).isFalse();
        assertThat(events.next().events()).isEmpty();
        assertThat(new OwnerEvents(store, Owner.of("other"), NOW).next().events())
                .isEmpty();
    }

    @Test
    void an_end_stands_among_the_events_of_its_time_on_whichever_page_they_are() {
        Store store = Stores.inMemory();
        store.<Boolean>transact(tables -> {
            put(tables, new AgentId("ada"));
            for (int i = 1; i < 1_200; i++) {
                tables.events().append(new AgentId("ada"), NOW.plusMillis(i), EventType.WARNING, null, "x", Map.of());
            }
            return true;
        });
        List.of(499, 500, 1_300)
                .forEach(millis -> remove(store, new AgentId("gone-" + millis), NOW.plusMillis(millis)));
        OwnerEvents events = new OwnerEvents(store, Owner.LOCAL, NOW);
        List<String> ids = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        EventSource.Found found;
        do {
            found = events.next();
            for (SseEmitter.SseEventBuilder event : found.events()) {
                String text = event.build().stream()
                        .map(part -> String.valueOf(part.getData()))
                        .collect(Collectors.joining());
                ids.add(text.lines()
                        .filter(line -> line.startsWith("id:"))
                        .findFirst()
                        .orElseThrow());
                if (text.contains("DELETE")) {
                    ends.add(ids.size());
                }
            }
        } while (found.more());

        assertThat(ids).hasSize(1_203).isSorted();
        assertThat(ends).containsExactly(500, 502, 1_203);
    }

    /** An operation that removed an agent, and outlived it. */
    private static void remove(Store store, AgentId id, Instant at) {
        OperationRow row = new OperationRow(
                OperationId.next(NOW),
                id,
                Owner.LOCAL,
                OperationKind.DELETE,
                new OperationRow.Ask("local", null, null, LaunchPolicy.standard(), 0, 0, false),
                OperationRow.State.QUEUED,
                null,
                OperationRow.Trail.empty(),
                new OperationRow.Hold(0, null, null, 0, NOW),
                false,
                null,
                null,
                NOW,
                null);
        store.<Boolean>transact(tables -> {
            tables.operations().insert(row);
            OperationRow.Result result = new OperationRow.Result(Outcome.SUCCEEDED, null, List.of(), null, at, 9L);
            return tables.operations().update(row.settled(result));
        });
    }

    private static void put(Store.Tables tables, AgentId id) {
        tables.agents()
                .put(new AgentRow(
                        id,
                        Owner.LOCAL,
                        "ada",
                        "local",
                        AgentSpec.named("ada").bio("Explains mathematics").build(),
                        null,
                        0,
                        null,
                        0,
                        Verdict.of(Verdict.Health.UNKNOWN),
                        null,
                        NOW,
                        NOW));
        tables.events().append(id, NOW, EventType.WARNING, null, "one", Map.of());
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        static DataSource database;

        @Bean
        DataSource database() {
            return database;
        }
    }
}
