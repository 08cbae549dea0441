package io.agentlaunchpad.health;

import java.time.Duration;

/**
 * When a release counts as healthy.
 *
 * @param healthyWithin how long it may take to become ready
 * @param stableFor how long it must stay ready, without a restart, before it counts
 * @param mustReply whether it must answer one message as well; spends model tokens
 */
public record HealthPolicy(Duration healthyWithin, Duration stableFor, boolean mustReply) {

    public HealthPolicy {
        if (healthyWithin.isNegative() || healthyWithin.isZero() || stableFor.isNegative()) {
            throw new IllegalArgumentException(
                    "healthyWithin must be positive and stableFor not negative: " + healthyWithin + ", " + stableFor);
        }
    }

    /** Ready within five minutes; no stability window; not asked to reply. */
    public static HealthPolicy standard() {
        return new HealthPolicy(Duration.ofMinutes(5), Duration.ZERO, false);
    }

    public HealthPolicy healthyWithin(Duration limit) {
        return new HealthPolicy(limit, stableFor, mustReply);
    }

    public HealthPolicy stableFor(Duration window) {
        return new HealthPolicy(healthyWithin, window, mustReply);
    }

    /** Asks the agent for one reply before its release counts. Off by default: an agent without a model is degraded, not failed. */
    public HealthPolicy replies() {
        return new HealthPolicy(healthyWithin, stableFor, true);
    }
}
