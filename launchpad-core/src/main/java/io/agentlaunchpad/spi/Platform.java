package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where agents run. Reports facts; never judges them. Safe for concurrent use.
 *
 * <p>Laws, each proven by {@code PlatformContract}: {@link #apply} is the only way to change it, and applying twice has
 * the effect of applying once; restoring is applying an older release; only what carries Launchpad's mark is changed or
 * deleted; a secret value stands nowhere but in {@link #secrets()}.
 */
public interface Platform extends AutoCloseable {

    /** The kinds of artifact it can run. */
    Set<Artifact.Kind> runs();

    /**
     * Asks outside whether this platform can be used at all: tools, connection, rights.
     *
     * @return warnings
     * @throws io.agentlaunchpad.error.LaunchpadException when it cannot
     */
    List<String> check(WorkContext context);

    /**
     * Asks outside whether a release of this specification has a chance: permissions, quota, tools.
     *
     * @return warnings
     * @throws io.agentlaunchpad.error.PreflightException with every refusal at once; nothing was changed
     */
    List<String> preflight(AgentId agentId, AgentSpec spec, WorkContext context);

    /** Renders what would run and compares it with what runs. Touches nothing. */
    Plan plan(PlanRequest request, WorkContext context);

    /**
     * Makes the platform run this release and nothing else of that agent. Returns as soon as the change is made; whether
     * it works, {@link #watch} tells.
     *
     * @param fence checked right before every change
     * @return what a person should know; mostly empty
     */
    List<String> apply(Release release, Fence fence, WorkContext context);

    /**
     * Reports facts of one agent from now on, at once and then whenever they change or at least every few seconds, until
     * closed. One call at a time; exceptions of the listener end nothing.
     *
     * @param release the one that counts as current
     */
    Watch watch(Release release, Consumer<Observation> facts);

    /** Facts of this moment. */
    Observation observe(Release release, WorkContext context);

    /**
     * Tells that a release counts from now on: its operation succeeded. A platform may have held something back until then
     * (the local one: the agent's life without its launcher).
     */
    void accepted(Release release);

    /**
     * Removes everything of the agent, data and secrets too. Doing it again is harmless.
     *
     * @param kept secret versions that stay, because operations that wait for their turn name them
     * @return what could not be removed; empty when all is gone
     */
    List<String> delete(AgentId agentId, Set<String> kept, Fence fence, WorkContext context);

    /** The road to running agents. */
    AgentAccess access();

    /** Where this platform keeps secret values. */
    SecretStore secrets();

    /** Stops watching; agents go on. */
    @Override
    void close();

    /**
     * What to plan.
     *
     * @param agentId whose
     * @param spec the agent
     * @param artifact what runs, or null while it is not built
     * @param secretVersion of its values, or null where it has none
     * @param run copies and restarts
     */
    record PlanRequest(
            AgentId agentId,
            AgentSpec spec,
            @Nullable Artifact artifact,
            @Nullable String secretVersion,
            Release.Run run) {}

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
