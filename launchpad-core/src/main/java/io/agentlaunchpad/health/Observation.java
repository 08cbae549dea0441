package io.agentlaunchpad.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** Whether both tell the same: time and use of resources, which always differ, apart. */
    public boolean tellsTheSame(Observation other) {
        return seen == other.seen
                && desired == other.desired
                && instances.equals(other.instances)
                && Objects.equals(application, other.application)
                && refusals.equals(other.refusals);
    }

    /**
     * What the agent says of itself: its answer at {@code /readyz}.
     *
     * @param state its own word
     * @param reasons why it is not simply ready
     */
    public record Application(State state, List<String> reasons) {

        private static final ObjectMapper JSON = new ObjectMapper();

        public Application {
            reasons = List.copyOf(reasons);
        }

        /**
         * Reads what the runner answers at {@code /readyz} (docs/runner.md).
         *
         * @return null where the body is something else
         */
        public static @Nullable Application read(String body) {
            JsonNode answer;
            try {
                answer = JSON.readTree(body);
            } catch (JsonProcessingException e) {
                return null;
            }
            List<String> reasons = new ArrayList<>();
            for (JsonNode reason : answer.path("reasons")) {
                reasons.add(reason.path("code").asText() + ": "
                        + reason.path("message").asText());
            }
            return switch (answer.path("status").asText()) {
                case "ready" -> new Application(State.READY, reasons);
                case "degraded" -> new Application(State.DEGRADED, reasons);
                case "starting", "unavailable", "stopping" -> new Application(State.NOT_READY, reasons);
                default -> null;
            };
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
