package io.agentlaunchpad.redis;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.spi.Doorbell;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workers of every process on one Redis, by publish and subscribe.
 *
 * <pre>{@code
 * Launchpad.builder().store(JdbcStore.of(dataSource)).doorbell(RedisDoorbell.at("redis://cache:6379"))…
 * }</pre>
 *
 * <p>Nothing is kept in Redis. A lost connection is made anew by itself, and a ring follows it; what was rung in between
 * workers find when they look by themselves. Making one asks nobody; where Redis is not there yet, it is tried again every
 * few seconds. Safe for use by several threads.
 */
public final class RedisDoorbell implements Doorbell {

    private static final Logger LOG = LoggerFactory.getLogger(RedisDoorbell.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LAST_RING_MILLIS = 2_000;

    private final RedisClient client;
    private final RedisURI uri;
    private final String channel;
    private final String self = UUID.randomUUID().toString();
    private final RingingBell bell = new RingingBell();
    private final Thread connector = new Thread(this::connect, "launchpad-redis-bell");
    private final AtomicBoolean toSend = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable RedisFuture<Long> sending;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;

    private RedisDoorbell(RedisURI uri, String channel) {
        this.uri = uri;
        this.channel = channel;
        this.client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(TIMEOUT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .build());
        client.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisConnected(io.lettuce.core.RedisChannelHandler<?, ?> redis, SocketAddress address) {
                bell.ring(); // for what was rung while nobody listened
            }
        });
        connector.setDaemon(true);
        connector.start();
    }

    /**
     * On the channel {@code launchpad}.
     *
     * @param uri as in {@code redis://user:password@host:6379/0}, or {@code rediss://} for TLS
     */
    public static RedisDoorbell at(String uri) {
        return at(uri, "launchpad");
    }

    /** On a channel of its own, for a Launchpad that shares Redis with others. */
    public static RedisDoorbell at(String uri, String channel) {
        RedisURI parsed;
        try {
            parsed = RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            // Neither the text nor the cause is shown: a password may stand in both.
            throw new WiringException(
                    "The address of Redis cannot be read.", "write it as redis://user:password@host:6379/0.");
        }
        return new RedisDoorbell(parsed, channel);
    }

    /** Workers of this process hear it at once, those of others as soon as Redis has told them. */
    @Override
    public void ring() {
        bell.ring();
        if (!closed) {
            toSend.set(true);
            send();
        }
    }

    /** Sends what was rung, now or when it has connected. */
    private void send() {
        StatefulRedisPubSubConnection<String, String> redis = connection;
        if (redis != null && toSend.getAndSet(false)) {
            try {
                sending = redis.async().publish(channel, self);
            } catch (RedisException e) {
                LOG.debug("A ring was lost: {}", e.getMessage());
            }
        }
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        bell.await(atMost);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end, and it cannot be made better
    public void close() {
        sendTheLast();
        closed = true;
        connector.interrupt();
        client.shutdownAsync(0, 1, TimeUnit.SECONDS); // and its connections
    }

    /** A process that only submits ends right after its ring, and perhaps before it has connected. */
    private void sendTheLast() {
        try {
            if (!closed && toSend.get()) {
                connector.join(LAST_RING_MILLIS);
            }
            RedisFuture<Long> last = sending;
            if (last != null) {
                last.await(LAST_RING_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it has worked once; afterwards the client connects and subscribes again by itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void connect() {
        while (!closed && connection == null) {
            StatefulRedisPubSubConnection<String, String> redis = null;
            try {
                redis = client.connectPubSub(StringCodec.UTF8, uri);
                redis.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String from, String sender) {
                        if (!sender.equals(self)) {
                            bell.ring();
                        }
                    }
                });
                redis.sync().subscribe(channel);
                connection = redis;
                bell.ring();
                send();
            } catch (RedisException | IllegalStateException e) {
                if (closed) {
                    return; // the client was shut down under it
                }
                if (redis != null) {
                    redis.closeAsync(); // it stands, but may not subscribe
                }
                LOG.warn(
                        "Redis at {}:{} cannot be listened to: {}; workers look by themselves, trying again in {}",
                        uri.getHost(),
                        uri.getPort(),
                        innermost(e),
                        PAUSE);
                rest();
            }
        }
        if (closed && connection != null) {
            connection.closeAsync();
        }
    }

    private static Throwable innermost(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : innermost(cause);
    }

    private void rest() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            LOG.trace("Woken to close");
        }
    }
}
