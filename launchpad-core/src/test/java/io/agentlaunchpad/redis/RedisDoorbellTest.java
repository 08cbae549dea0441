package io.agentlaunchpad.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.DoorbellContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
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
