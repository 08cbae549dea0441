package io.agentlaunchpad.spring.security;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How often a caller may ask: token buckets, kept by this process. Safe for concurrent use.
 */
public final class RateLimits {

    private static final int REMEMBERED = 10_000;

    private final SecurityProperties.Rate rate;
    private final TimeMeter time;
    private final Map<String, Bucket> buckets = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    });

    public RateLimits(SecurityProperties.Rate rate, Clock clock) {
        this.rate = rate;
        this.time = new ByClock(clock);
    }

    /** Counts a request of a caller. */
    public Decision take(Caller caller, boolean change) {
        return change
                ? take("change " + caller.name(), rate.changesPerMinute(), key -> changes())
                : take("read " + caller.name(), rate.readsPerMinute(), key -> perMinute(rate.readsPerMinute()));
    }

    /** Whether an address may try another key; a failed try is counted by {@link #failed}. */
    public Decision mayTry(String address) {
        Bucket bucket = failures(address);
        long left = bucket.getAvailableTokens();
        Duration pause = left > 0
                ? Duration.ZERO
                : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
        return new Decision(left > 0, rate.failuresPerMinute(), left, pause);
    }

    /** Counts a key that was refused. */
    public void failed(String address) {
        failures(address).tryConsume(1);
    }

    private Bucket failures(String address) {
        return buckets.computeIfAbsent("fail " + address, key -> perMinute(rate.failuresPerMinute()));
    }

    private Decision take(String key, long limit, Function<String, Bucket> fresh) {
        ConsumptionProbe probe = buckets.computeIfAbsent(key, fresh).tryConsumeAndReturnRemaining(1);
        return new Decision(
                probe.isConsumed(),
                limit,
                probe.getRemainingTokens(),
                Duration.ofNanos(
                        probe.isConsumed() ? probe.getNanosToWaitForReset() : probe.getNanosToWaitForRefill()));
    }

    private Bucket changes() {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit(rate.changesPerMinute(), Duration.ofMinutes(1)))
                .addLimit(limit(rate.changesPerQuarterHour(), Duration.ofMinutes(15)))
                .build();
    }

    private Bucket perMinute(long tokens) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit(tokens, Duration.ofMinutes(1)))
                .build();
    }

    private static Bandwidth limit(long tokens, Duration per) {
        return Bandwidth.builder().capacity(tokens).refillGreedy(tokens, per).build();
    }

    /**
     * Whether a request passes.
     *
     * @param allowed whether it does
     * @param limit requests in a window
     * @param remaining requests left now
     * @param pause until the next one, or until all are back
     */
    public record Decision(boolean allowed, long limit, long remaining, Duration pause) {

        /** Whole seconds, at least one: as HTTP headers want it. */
        public long waitSeconds() {
            return Math.max(1, pause.plusMillis(999).toSeconds());
        }
    }

    private record ByClock(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return clock.millis() * 1_000_000;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
