package io.agentlaunchpad.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found when all was over.
 *
 * @param accepted what {@code submit} said yes to
 * @param operations all that the store knows
 * @param agents all that the store knows
 * @param live what the cluster runs and remembers, by agent
 * @param tags of images that passed, by agent: digest by tag
 * @param noticed operations of whose end somebody was told
 */
record Evidence(
        List<Accepted> accepted,
        List<Stored> operations,
        List<Known> agents,
        Map<String, Live> live,
        Map<String, Map<String, String>> tags,
        Set<String> noticed) {

    /**
     * A launch that was accepted.
     *
     * @param launch its number in this run; the agent's specification says it, so every launch is another image
     * @param operation id
     * @param agent id
     */
    record Accepted(int launch, String operation, String agent) {}

    /**
     * An operation in the store.
     *
     * @param launch the number that its specification says
     * @param outcome or null while it is not settled
     * @param target the revision that it was given, or null if it never came that far
     * @param digest of its image, or null if none was built
     */
    record Stored(
            String operation,
            String agent,
            int launch,
            @Nullable String outcome,
            @Nullable Integer target,
            @Nullable String digest) {

        boolean succeeded() {
            return "SUCCEEDED".equals(outcome);
        }
    }

    /**
     * An agent in the store.
     *
     * @param latest the highest revision that was ever given
     * @param serving the revision that serves, or null
     * @param releases kept
     * @param events in the order of the store
     */
    record Known(String agent, int latest, @Nullable Integer serving, List<Kept> releases, List<Told> events) {}

    /**
     * A release, in the store or in the cluster's own records.
     *
     * @param launch the number that its specification says
     */
    record Kept(int revision, int launch, String digest) {}

    /**
     * An event.
     *
     * @param type its name
     * @param operation or null
     */
    record Told(long sequence, String type, @Nullable String operation) {}

    /**
     * An agent in the cluster.
     *
     * @param revision that its Deployment says it runs, or null where there is no Deployment
     * @param digest of the image in its Deployment
     * @param ready digests of the pods that are ready, one entry each
     * @param others digests of pods that are there and neither ready nor on their way out
     * @param rollouts digests of the ReplicaSets that are kept, one entry each
     * @param records of releases beside it
     */
    record Live(
            @Nullable Integer revision,
            @Nullable String digest,
            List<String> ready,
            List<String> others,
            List<String> rollouts,
            List<Kept> records) {}
}
