package io.agentlaunchpad.health;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts a platform reports of one agent at one moment. Facts only: what they mean, {@link Judge} decides.
 *
 * @param at when they held
 * @param seen whether the platform's own controller has taken notice of the applied release
 * @param desired copies that should run
 * @param instances those that exist, older releases' too
 * @param application what the agent says of itself, or null where it was not asked or did not answer
 * @param use of resources, or null where the platform cannot tell
 * @param refusals why the platform makes no instance at all (quota, admission …); fatal ones end the wait
 */
public record Observation(
        Instant at,
        boolean seen,
        int desired,
        List<Instance> instances,
        @Nullable Application application,
        @Nullable ResourceUse use,
        List<Instance.Trouble> refusals) {

    public Observation {
        instances = List.copyOf(instances);
        refusals = List.copyOf(refusals);
    }

    /** Nothing runs and nothing should. */
    public static Observation nothing(Instant at) {
        return new Observation(at, true, 0, List.of(), null, null, List.of());
    }

    /**
     * What the agent says of itself: its answer at {@code /readyz}.
     *
     * @param state its own word
     * @param reasons why it is not simply ready
     */
    public record Application(State state, List<String> reasons) {

        public Application {
            reasons = List.copyOf(reasons);
        }

        /** The agent's own word. */
        public enum State {
            READY,
            DEGRADED,
            NOT_READY
        }
    }

    /**
     * What all instances use together.
     *
     * @param memoryBytes resident
     * @param memoryLimitBytes 0 where there is no limit
     * @param cpuMillis thousandths of a core, lately
     * @param cpuLimitMillis 0 where there is no limit
     */
    public record ResourceUse(long memoryBytes, long memoryLimitBytes, long cpuMillis, long cpuLimitMillis) {}
}
