package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.DoorbellContract;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The bell on a real PostgreSQL keeps the laws, and comes back when its connection is cut. */
class PostgresDoorbellTest extends DoorbellContract {

    private final String channel = Databases.schema();

    @Override
    protected Doorbell open() {
        return PostgresDoorbell.on(Databases.postgres(), channel);
    }

    @Test
    void a_bell_whose_connection_was_cut_listens_again() throws Exception {
        Doorbell here = settled(bell());
        Doorbell there = settled(bell());
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \""
                    + channel + "\"' OR query = 'SELECT 1'");
        }
        settled(there);

        CompletableFuture<Duration> waited = waiting(there);
        ringUntil(here, waited);

        assertThat(waited.get(1, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void a_bell_without_a_server_lets_workers_look_by_themselves() throws Exception {
        try (HikariDataSource nobody = Databases.unreachable();
                Doorbell bell = PostgresDoorbell.on(nobody)) {
            long start = System.nanoTime();
            bell.ring();
            bell.await(Duration.ofMillis(10));
            bell.await(Duration.ofMillis(10));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_pool_that_fails_in_its_own_way_for_a_while_is_asked_again() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        DataSource moody = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, given) -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("no password yet");
                    }
                    return method.invoke(Databases.postgres(), given);
                });
        Doorbell here = settled(bell());
        try (Doorbell there = settled(PostgresDoorbell.on(moody, channel))) {
            CompletableFuture<Duration> waited = waiting(there);
            ringUntil(here, waited);
            assertThat(waited.get(1, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void a_name_that_is_none_is_refused() throws SQLException {
        assertThatThrownBy(() -> PostgresDoorbell.on(Databases.postgres(), "a\"; DROP TABLE x"))
                .isInstanceOf(WiringException.class);
    }
}
