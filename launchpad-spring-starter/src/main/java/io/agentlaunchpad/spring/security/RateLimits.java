package io.agentlaunchpad.spring.security;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often a caller may ask: token buckets, kept by this process or shared with others. Where the shared ones cannot be
 * reached, this process counts for itself until they can: nobody is kept out because a counter is away. Safe for concurrent
 * use.
 */
public final class RateLimits {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SecurityProperties.Rate rate;
    private final Clock clock;
    private final @Nullable Buckets shared;
    private final Buckets own;
    private final Buckets failures;
    private final AtomicLong quietUntil = new AtomicLong();

    public RateLimits(SecurityProperties.Rate rate, Clock clock) {
        this(rate, clock, null);
    }

    /**
     * Limits whose counts are shared.
     *
     * @param shared with other processes, or null to count alone
     */
    public RateLimits(SecurityProperties.Rate rate, Clock clock, @Nullable Buckets shared) {
        this.rate = rate;
        this.clock = clock;
        this.shared = shared;
        this.own = new LocalBuckets(clock);
        this.failures = new LocalBuckets(clock);
    }

    /** Counts a request of a caller. */
    public Decision take(Caller caller, boolean change) {
        if (change) {
            int minute = rate.changesPerMinute();
            int quarter = rate.changesPerQuarterHour();
            // Other limits are another bucket: so a changed property holds at once.
            return take(
                    "change " + minute + " " + quarter + " " + caller.name(),
                    minute,
                    BucketConfiguration.builder()
                            .addLimit(limit(minute, MINUTE))
                            .addLimit(limit(quarter, MINUTE.multipliedBy(15)))
                            .build());
        }
        int minute = rate.readsPerMinute();
        return take("read " + minute + " " + caller.name(), minute, perMinute(minute));
    }

    /** Counts a request whose key was refused, or that had none, and says whether the address may go on like that. */
    public Decision failed(String address) {
        int most = rate.failuresPerMinute();
        return decision(failures.bucket(address, perMinute(most)).tryConsumeAndReturnRemaining(1), most);
    }

    private Decision take(String name, int most, BucketConfiguration limits) {
        if (shared != null) {
            try {
                return decision(shared.bucket(name, limits).tryConsumeAndReturnRemaining(1), most);
            } catch (RuntimeException e) {
                complain(e);
            }
        }
        return decision(own.bucket(name, limits).tryConsumeAndReturnRemaining(1), most);
    }

    /** Once a minute, not once a request. */
    private void complain(RuntimeException e) {
        long now = clock.millis();
        long until = quietUntil.get();
        if (now >= until && quietUntil.compareAndSet(until, now + MINUTE.toMillis())) {
            LOG.warn("Shared rate limits cannot be reached; this process counts for itself: {}", e.toString());
        }
    }

    private static Decision decision(ConsumptionProbe probe, long most) {
        long nanos = probe.isConsumed() ? probe.getNanosToWaitForReset() : probe.getNanosToWaitForRefill();
        return new Decision(probe.isConsumed(), most, probe.getRemainingTokens(), Duration.ofNanos(nanos));
    }

    private static BucketConfiguration perMinute(long tokens) {
        return BucketConfiguration.builder().addLimit(limit(tokens, MINUTE)).build();
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
}
