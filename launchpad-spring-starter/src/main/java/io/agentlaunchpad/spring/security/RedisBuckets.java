package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.error.WiringException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Buckets in Redis, shared by all processes on it; they vanish when they are full again. Connects at first use; where Redis
 * is away, that is tried every few seconds, and a request does not wait for it longer than half a second.
 */
public final class RedisBuckets implements Buckets, AutoCloseable {

    private static final String PREFIX = "launchpad:limit:";
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration KEPT_AFTER_FULL = Duration.ofMinutes(1);

    private final RedisClient client;
    private final Duration patience;
    private @Nullable LettuceBasedProxyManager<String> buckets;
    private long nextTry = System.nanoTime();

    private RedisBuckets(RedisClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
    }

    /**
     * Buckets in the Redis of that address, such as {@code redis://user:password@host:6379/0}. Asks nobody yet.
     *
     * @throws WiringException where it is no address
     */
    public static RedisBuckets at(String address) {
        return at(address, PATIENCE);
    }

    /** With another patience than that of a request. */
    static RedisBuckets at(String address, Duration patience) {
        RedisURI uri;
        try {
            uri = RedisURI.create(address);
        } catch (IllegalArgumentException e) {
            // Without the cause: it may show the address, and that a password.
            throw new WiringException(
                    "launchpad.security.rate.redis is no address of a Redis.",
                    "write it as redis://user:password@host:6379/0.");
        }
        uri.setTimeout(patience);
        RedisClient client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(patience)
                        .keepAlive(true)
                        .build())
                .build());
        return new RedisBuckets(client, patience);
    }

    @Override
    public Bucket bucket(String name, BucketConfiguration limits) {
        return connected().getProxy(PREFIX + name, () -> limits);
    }

    private synchronized LettuceBasedProxyManager<String> connected() {
        LettuceBasedProxyManager<String> known = buckets;
        if (known != null) {
            return known;
        }
        if (System.nanoTime() - nextTry < 0) {
            throw new RedisConnectionException("Redis was away a moment ago");
        }
        nextTry = System.nanoTime() + PAUSE.toNanos();
        known = Bucket4jLettuce.casBasedBuilder(
                        client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)))
                .expirationAfterWrite(
                        ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_AFTER_FULL))
                .requestTimeout(patience)
                .build();
        buckets = known;
        return known;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
