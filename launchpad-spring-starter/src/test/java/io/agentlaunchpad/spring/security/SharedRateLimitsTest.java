package io.agentlaunchpad.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.FreePort;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.jdbc.Databases;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import redis.embedded.RedisServer;

/** Several processes count together, on a real Redis and a real PostgreSQL. */
class SharedRateLimitsTest {

    private static final SecurityProperties.Rate RATE = new SecurityProperties.Rate(4, 100, 3, 20, null, false);
    private static int port;
    private static RedisServer server;

    @BeforeAll
    static void start() throws IOException {
        port = FreePort.any();
        server = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
        server.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
    }

    private static Caller caller(String name) {
        return new Caller(name, Owner.of("acme"), Role.USER, Role.USER.permissions());
    }

    private static long allowed(RateLimits here, RateLimits there, String caller, boolean change) {
        return IntStream.range(0, 12)
                .filter(i ->
                        (i % 2 == 0 ? here : there).take(caller(caller), change).allowed())
                .count();
    }

    @Test
    void two_processes_on_one_redis_let_pass_what_one_would() {
        // Patient ones: on a busy machine half a second is over before Redis has answered, and each counts for itself.
        Duration patience = Duration.ofSeconds(30);
        try (RedisBuckets one = RedisBuckets.at("redis://127.0.0.1:" + port, patience);
                RedisBuckets two = RedisBuckets.at("redis://127.0.0.1:" + port, patience)) {
            RateLimits here = new RateLimits(RATE, Clock.systemUTC(), one);
            RateLimits there = new RateLimits(RATE, Clock.systemUTC(), two);
            assertThat(allowed(here, there, "key-1", true)).isEqualTo(4);
            // One may have come back meanwhile on a slow machine.
            assertThat(allowed(here, there, "key-1", false)).isBetween(3L, 4L);
            assertThat(allowed(here, there, "key-2", true)).isEqualTo(4);
            assertThat(here.take(caller("key-1"), true).waitSeconds()).isBetween(1L, 225L);
        }
    }

    @ParameterizedTest(name = "auto-commit {0}")
    @ValueSource(booleans = {true, false})
    void two_processes_on_one_postgresql_let_pass_what_one_would_and_full_buckets_vanish(boolean automatic) {
        DataSource database = automatic ? Databases.postgres() : ApiKeysTest.withoutAutoCommit(Databases.postgresUrl());
        String schema = Databases.schema();
        JdbcClient.create(Databases.postgres()).sql("CREATE SCHEMA " + schema).update();
        RateLimits here =
                new RateLimits(RATE, Clock.systemUTC(), PostgresBuckets.in(database, schema, Clock.systemUTC()));
        RateLimits there =
                new RateLimits(RATE, Clock.systemUTC(), PostgresBuckets.in(database, schema, Clock.systemUTC()));
        assertThat(allowed(here, there, "key-1", true)).isEqualTo(4);
        assertThat(allowed(here, there, "key-1", false)).isBetween(3L, 4L);
        assertThat(rows(database, schema)).isEqualTo(2);

        Clock tomorrow = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);
        new RateLimits(RATE, tomorrow, PostgresBuckets.in(database, schema, tomorrow)).take(caller("key-9"), true);
        assertThat(rows(database, schema)).isEqualTo(1);
        Databases.drop(schema);
    }

    private static int rows(DataSource database, String schema) {
        return JdbcClient.create(database)
                .sql("SELECT count(*) FROM " + schema + ".rate_limits")
                .query(Integer.class)
                .single();
    }

    @Test
    void where_the_shared_counts_are_away_each_process_counts_for_itself_and_nobody_waits_long() {
        // The first client of a JVM has its classes to load.
        try (RedisBuckets first = RedisBuckets.at("redis://127.0.0.1:1")) {
            new RateLimits(RATE, Clock.systemUTC(), first).take(caller("key-0"), true);
        }
        try (RedisBuckets away = RedisBuckets.at("redis://127.0.0.1:1")) {
            RateLimits here = new RateLimits(RATE, Clock.systemUTC(), away);
            RateLimits there = new RateLimits(RATE, Clock.systemUTC(), away);
            long start = System.nanoTime();
            assertThat(allowed(here, there, "key-1", true)).isEqualTo(8);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void an_address_that_cannot_be_read_is_refused_without_showing_it() {
        assertThatThrownBy(() -> RedisBuckets.at("http://user:planted-value@host"))
                .isInstanceOf(WiringException.class)
                .hasMessageNotContaining("planted-value")
                .hasMessageContaining("launchpad.security.rate.redis");
    }
}
