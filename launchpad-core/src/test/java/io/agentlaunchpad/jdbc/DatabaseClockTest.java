package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** Instances whose own clocks differ by minutes give and judge leases by one time. */
class DatabaseClockTest {

    /** This machine's clock, against which the database's is a minute off. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** What a busy machine may take between two looks; far from the skew. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void it_is_the_databases_time_however_this_machines_clock_stands() {
        for (Duration off : new Duration[] {SKEW, SKEW.negated()}) {
            DatabaseClock clock = new DatabaseClock(connected -> Instant.now().plus(off));

            for (int i = 0; i < 3; i++) {
                assertThat(Duration.between(Instant.now().plus(off), clock.instant())
                                .abs())
                        .isLessThan(PATIENCE);
            }
        }
    }

    @Test
    void the_wait_for_a_connection_is_no_part_of_the_journey() {
        AtomicLong nanos = new AtomicLong(1);
        Instant said = Instant.parse("2026-01-01T00:00:00Z");
        DatabaseClock clock = new DatabaseClock(
                connected -> {
                    nanos.addAndGet(Duration.ofSeconds(8).toNanos());
                    connected.run();
                    nanos.addAndGet(Duration.ofMillis(4).toNanos());
                    return said;
                },
                nanos::get);

        assertThat(clock.instant()).isEqualTo(said.plusMillis(2));
    }

    @Test
    void a_real_database_tells_its_time() throws SQLException {
        try (Connection connection = Databases.postgres().getConnection()) {
            Instant said = DatabaseClock.read(connection);
            Duration off = Duration.between(
                    said, JdbcStore.of(Databases.postgres()).clock().instant());
            assertThat(off.abs()).isLessThan(PATIENCE);
        }
    }

    @Test
    void it_is_asked_on_a_connection_that_is_at_hand_so_that_nobody_holds_one_and_waits_for_a_second() {
        for (DataSource database : List.of(Databases.postgres(), h2())) {
            String schema = Databases.schema();
            JdbcStore.of(database).schema(schema).read(tables -> tables.outbox().size());
            Connections few = new Connections(database);
            JdbcStore store = JdbcStore.of(few.source()).schema(schema).withoutMigration();

            Instant said = store.<Instant>transact(tables -> store.clock().instant());

            assertThat(Duration.between(Instant.now(), said).abs()).isLessThan(PATIENCE);
            assertThat(few.mostAtOnce).isEqualTo(1);
        }
    }

    @Test
    void within_a_callers_transaction_it_is_asked_on_the_callers_connection() throws SQLException {
        String schema = Databases.schema();
        JdbcStore.of(Databases.postgres())
                .schema(schema)
                .read(tables -> tables.outbox().size());
        Connections few = new Connections(Databases.postgres());
        JdbcStore alone = JdbcStore.of(few.source()).schema(schema).withoutMigration();
        try (Connection callers = Databases.postgres().getConnection()) {
            callers.setAutoCommit(false);
            JdbcStore store = alone.joining(new ConnectionSource() {
                @Override
                public Optional<Connection> current() {
                    return Optional.of(callers);
                }

                @Override
                public void afterCommit(Runnable action) {}
            });
            store.read(tables -> 0); // looks for its tables on a connection of its own, once

            few.mostAtOnce = 0;
            store.<Instant>transact(tables -> store.clock().instant());
            assertThat(few.mostAtOnce).isZero();
        }
    }

    /** H2 with a pool that gives connections back as they are. */
    private static DataSource h2() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + Databases.schema() + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    /** Counts the connections that are out at the same time. */
    private static final class Connections {
        private final DataSource database;
        private int out;
        private int mostAtOnce;

        Connections(DataSource database) {
            this.database = database;
        }

        DataSource source() {
            return (DataSource) Proxy.newProxyInstance(
                    Connections.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, given) -> {
                        Connection connection = (Connection) method.invoke(database, given);
                        mostAtOnce = Math.max(mostAtOnce, ++out);
                        return Proxy.newProxyInstance(
                                Connections.class.getClassLoader(),
                                new Class<?>[] {Connection.class},
                                (it, called, arguments) -> {
                                    if (called.getName().equals("close")) {
                                        out--;
                                    }
                                    return called.invoke(connection, arguments);
                                });
                    });
        }
    }

    @Test
    void where_the_database_does_not_answer_this_machines_clock_goes_on() {
        DatabaseClock clock = new DatabaseClock(connected -> {
            throw new SQLException("gone");
        });

        assertThat(Duration.between(Instant.now(), clock.instant()).abs()).isLessThan(PATIENCE);
    }
}
