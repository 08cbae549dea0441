package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store on a real PostgreSQL keeps the laws. */
class PostgresStoreTest extends StoreContract {

    private final String schema = Databases.schema();

    @Override
    protected Store open() {
        return JdbcStore.of(Databases.postgres()).schema(schema);
    }

    @Override
    protected boolean prunes() {
        return true;
    }

    @AfterEach
    void drop() {
        Databases.drop(schema);
    }

    @Test
    void the_audit_cannot_be_changed_even_by_who_holds_a_connection() throws SQLException {
        store().<Object>transact(tables -> {
            tables.audit().append(new AuditRow(NOW, "someone", ANNA, "LAUNCH", ADA, ""));
            return true;
        });
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement()) {
            for (String change :
                    new String[] {"UPDATE %s.audit SET body = ''", "DELETE FROM %s.audit", "TRUNCATE %s.audit"}) {
                assertThatThrownBy(() -> statement.execute(change.formatted(schema)))
                        .hasMessageContaining("append only");
            }
        }
        assertThat(store().<List<AuditEntry>>read(tables -> tables.audit().list(null, null, 10)))
                .hasSize(1);
    }

    @Test
    void without_migration_a_schema_that_has_no_tables_is_named_with_a_way_out() {
        Store bare = JdbcStore.of(Databases.postgres()).schema(schema + "_").withoutMigration();

        assertThatThrownBy(() -> bare.<Integer>read(tables -> tables.outbox().size()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(schema + "_")
                .hasMessageContaining("Fix: ");
        store().<Integer>read(tables -> tables.outbox().size());
        Store made = JdbcStore.of(Databases.postgres()).schema(schema).withoutMigration();
        assertThat(made.<Integer>read(tables -> tables.outbox().size())).isZero();
    }

    @Test
    void several_processes_may_migrate_at_once() throws Exception {
        List<CompletableFuture<Integer>> firsts = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> open().<Integer>read(tables -> tables.outbox().size())))
                .toList();

        for (CompletableFuture<Integer> first : firsts) {
            assertThat(first.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void a_server_that_is_away_is_an_error_of_the_store_soon() {
        try (HikariDataSource nobody = Databases.unreachable()) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> JdbcStore.of(nobody)
                            .<Integer>read(tables -> tables.outbox().size()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Fix: ");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void connections_that_are_cut_between_two_transactions_are_not_noticed() throws SQLException {
        try (HikariDataSource pool = Databases.pool(Databases.postgresUrl() + "&ApplicationName=" + schema, 3)) {
            Store store = JdbcStore.of(pool).schema(schema);
            for (int i = 0; i < 3; i++) {
                store.<Object>transact(
                        tables -> tables.events().append(ADA, NOW, EventType.WARNING, null, "x", Map.of()));
                try (Connection connection = Databases.postgres().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + schema
                                    + "'");
                }
            }
            assertThat(store.<Long>read(tables -> tables.events().last(ADA))).isEqualTo(3);
        }
    }

    @Test
    void where_an_agent_stands_is_one_statement_and_no_transaction() {
        store().<Object>transact(tables -> {
            tables.agents().put(agent(ADA, ANNA).serving(SPEC, 1, 1, NOW));
            tables.releases().put(release(ADA, 1));
            tables.operations().insert(operation(1, ADA, null));
            return true;
        });
        Counted counted = Counted.of(Databases.postgres());
        Store store = JdbcStore.of(counted.dataSource()).schema(schema);
        store.standing(ADA);

        assertThat(counted.journeys(() -> assertThat(store.standing(ADA)).isPresent()))
                .hasSize(1)
                .noneMatch("commit"::equals);
    }

    @Test
    void a_name_that_could_be_sql_is_refused() {
        assertThatThrownBy(() -> JdbcStore.of(Databases.postgres()).schema("a\"; DROP TABLE x; --"))
                .isInstanceOf(WiringException.class);
    }
}
