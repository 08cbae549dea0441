package io.agentlaunchpad.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.FreePort;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.DoorbellContract;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** The bell on a real Redis keeps the laws, and comes back with its server. */
class RedisDoorbellTest extends DoorbellContract {

    private static int port;
    private static RedisServer server;
    private final String channel = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws IOException {
        port = FreePort.any();
        server = serve();
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
    }

    @Override
    protected Doorbell open() {
        return RedisDoorbell.at("redis://127.0.0.1:" + port, channel);
    }

    @Test
    void a_bell_whose_server_was_restarted_rings_again() throws Exception {
        Doorbell here = settled(bell());
        Doorbell there = settled(bell());
        server.stop();
        here.ring();
        server = serve();
        CompletableFuture<Duration> waited = waiting(there);

        ringUntil(here, waited);

        assertThat(waited.get(1, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void a_bell_without_a_server_lets_workers_look_by_themselves() throws Exception {
        try (Doorbell bell = RedisDoorbell.at("redis://127.0.0.1:1")) {
            long start = System.nanoTime();
            bell.ring();
            bell.await(Duration.ofMillis(10));
            bell.await(Duration.ofMillis(10));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_bell_that_may_not_subscribe_keeps_no_connection_and_listens_once_it_may() {
        try (RedisClient client = RedisClient.create("redis://127.0.0.1:" + port)) {
            RedisCommands<String, String> redis = client.connect().sync();
            redis.aclSetuser(
                    "ada",
                    new AclSetuserArgs().on().addPassword("word").allCommands().resetChannels());
            try (Doorbell bell = RedisDoorbell.at("redis://ada:word@127.0.0.1:" + port, channel)) {
                // It tries again after a rest, in which nothing of the last time may be left.
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> refusals(redis) >= 2);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> connections(redis).isEmpty());

                redis.aclSetuser("ada", new AclSetuserArgs().allChannels());
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(connections(redis))
                                .singleElement()
                                .asString()
                                .contains(" sub=1 "));
            } finally {
                redis.aclDeluser("ada");
            }
        }
    }

    private static long refusals(RedisCommands<String, String> redis) {
        return redis.aclLog().stream()
                .filter(entry -> entry.get("username").equals("ada"))
                .mapToLong(entry -> (Long) entry.get("count"))
                .sum();
    }

    private static List<String> connections(RedisCommands<String, String> redis) {
        return redis.clientList()
                .lines()
                .filter(line -> line.contains(" user=ada "))
                .toList();
    }

    @Test
    void an_address_that_cannot_be_read_is_refused_without_showing_it() {
        assertThatThrownBy(() -> RedisDoorbell.at("http://user:planted-value@host"))
                .isInstanceOf(WiringException.class)
                .hasMessageNotContaining("planted-value")
                .hasMessageContaining("redis://");
    }

    private static RedisServer serve() throws IOException {
        RedisServer redis =
                RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
        redis.start();
        return redis;
    }
}
