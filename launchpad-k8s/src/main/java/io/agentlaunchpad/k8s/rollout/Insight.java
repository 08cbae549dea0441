package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.release.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only the agent's pods can tell. Every answer comes within seconds, or not at all; nothing is thrown. */
public interface Insight {

    /** The agent's own word, or null where it does not answer or may not be asked. */
    @Nullable
    Application application(AgentId agentId, String pod);

    /**
     * The last lines of a pod's log, masked.
     *
     * @param previous whether the container before is the one to tell of; where it has no log, the other is
     */
    List<String> lastLines(Release release, String pod, boolean previous);

    /** What the pods use together, or null where nobody tells. */
    @Nullable
    ResourceUse use(AgentId agentId, List<String> pods);
}
