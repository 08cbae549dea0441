package io.agentlaunchpad.health;

import java.util.List;

/**
 * How an agent is.
 *
 * @param health in one word
 * @param reasons why it is not simply healthy; empty for a healthy agent
 */
public record Verdict(Health health, List<String> reasons) {

    public Verdict {
        reasons = List.copyOf(reasons);
    }

    /** A verdict with its reasons. */
    public static Verdict of(Health health, String... reasons) {
        return new Verdict(health, List.of(reasons));
    }

    /** An agent's health in one word. */
    public enum Health {
        /** Runs as asked and says it is ready. */
        HEALTHY,
        /** Runs, but something it needs is missing or does not answer. */
        DEGRADED,
        /** Does not run as asked. */
        UNHEALTHY,
        /** Nobody can tell right now, or it is not meant to run. */
        UNKNOWN
    }
}
