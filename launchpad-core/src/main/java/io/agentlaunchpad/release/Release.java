package io.agentlaunchpad.release;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One numbered version of one agent: everything a platform needs to run it again, exactly. Immutable.
 *
 * <p>Scaling, stopping and restarting are releases too: there is one way to change a platform.
 *
 * @param agentId whose
 * @param revision 1, 2, 3 …
 * @param spec what was asked for
 * @param artifact what runs
 * @param objects what the platform rendered for it, opaque to everyone else; no secret value in it
 * @param secretVersion the version of the secret values it runs with, or null where it has none
 * @param run how many copies, and since which restart
 * @param createdAt when it was made
 */
public record Release(
        AgentId agentId,
        int revision,
        AgentSpec spec,
        Artifact artifact,
        String objects,
        @Nullable String secretVersion,
        Run run,
        Instant createdAt) {

    /**
     * How a release runs.
     *
     * @param replicas copies; 0 is stopped
     * @param generation grows with each restart; another number means other processes
     */
    public record Run(int replicas, int generation) {

        public boolean stopped() {
            return replicas == 0;
        }
    }

    /** Whether both would run the same thing the same way, whatever their number. */
    public boolean sameAs(Release other) {
        return artifact.equals(other.artifact)
                && objects.equals(other.objects)
                && run.equals(other.run)
                && java.util.Objects.equals(secretVersion, other.secretVersion);
    }
}
