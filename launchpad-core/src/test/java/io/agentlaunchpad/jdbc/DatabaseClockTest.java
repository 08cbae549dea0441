package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Instances whose own clocks differ by minutes give and judge leases by one time. */
class DatabaseClockTest {

    /** This machine's clock, against which the database's is a minute off. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    @Test
    void it_is_the_databases_time_however_this_machines_clock_stands() {
        for (Duration off : new Duration[] {SKEW, SKEW.negated()}) {
            DatabaseClock clock = new DatabaseClock(() -> Instant.now().plus(off));

            for (int i = 0; i < 3; i++) {
                assertThat(Duration.between(Instant.now().plus(off), clock.instant())
                                .abs())
                        .isLessThan(Duration.ofSeconds(2));
            }
        }
    }

    @Test
    void a_real_database_tells_its_time() throws SQLException {
        try (Connection connection = Databases.postgres().getConnection()) {
            Instant said = DatabaseClock.read(connection);
            Duration off = Duration.between(
                    said, JdbcStore.of(Databases.postgres()).clock().instant());
            assertThat(off.abs()).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void where_the_database_does_not_answer_this_machines_clock_goes_on() {
        DatabaseClock clock = new DatabaseClock(() -> {
            throw new SQLException("gone");
        });

        assertThat(Duration.between(Instant.now(), clock.instant()).abs()).isLessThan(Duration.ofSeconds(2));
    }
}
