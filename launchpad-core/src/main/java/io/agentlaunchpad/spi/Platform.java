package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    /**
     * Renders what would run: the same text for the same request. Touches nothing, and asks outside for no more than what
     * the text depends on.
     */
    Rendering render(PlanRequest request, WorkContext context);

    /** Renders what would run and compares it with what runs. Touches nothing. */
    Plan plan(PlanRequest request, WorkContext context);

    /**
     * Makes the platform run this release and nothing else of that agent. Returns as soon as the change is made; whether
     * it works, {@link #watch} tells.
     *
     * @param fence checked right before every change; a call that fails without having checked it has changed nothing
     * @return what a person should know; mostly empty
     * @throws io.agentlaunchpad.error.PreflightException when it refuses, and what it may have tried left nothing behind
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
     * @param condemned secret versions that go; the others stay, for operations that wait for their turn
     * @return what could not be removed; empty when all is gone
     */
    List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context);

    /**
     * The agents that live here by the platform's own records, so that a Launchpad with another store finds them; none
     * where a platform keeps no such records.
     */
    List<Found> survey(WorkContext context);

    /**
     * Reports from now on, until closed, what somebody else changed or removed of Launchpad's objects. Returns at once;
     * asks outside on threads of its own. The listener is called by one thread at a time, and may take as long as a
     * transaction does; its exceptions end nothing. A platform whose objects nobody else can change reports
     * nothing.
     */
    Watch drift(Consumer<Drift> changes);

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
     * @param owner who owns it
     * @param spec the agent
     * @param artifact what runs, or null while it is not built
     * @param secretVersion of its values, or null where it has none; in a plan {@link #NOT_STORED} stands for values that
     *     are not stored yet
     * @param run copies and restarts
     */
    record PlanRequest(
            AgentId agentId,
            Owner owner,
            AgentSpec spec,
            @Nullable Artifact artifact,
            @Nullable String secretVersion,
            Release.Run run) {

        /** Of {@link #secretVersion} in a plan: values that no version holds yet. */
        public static final String NOT_STORED = "new";
    }

    /**
     * What a request renders to.
     *
     * @param objects for {@link Release#objects}: opaque to everyone else, no secret value in it
     * @param warnings what a person should know, such as a policy that this platform will not enforce
     */
    record Rendering(String objects, List<String> warnings) {

        public Rendering {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * An agent that lives on the platform.
     *
     * @param owner whose it is
     * @param releases those that were {@linkplain #accepted accepted}, newest first; never empty
     */
    record Found(Owner owner, List<Release> releases) {

        public Found {
            releases = List.copyOf(releases);
            if (releases.isEmpty()) {
                throw new IllegalArgumentException("An agent without a release is not found");
            }
        }

        /** The release that serves. */
        public Release serving() {
            return releases.get(0);
        }
    }

    /**
     * Somebody else changed or removed an object.
     *
     * @param agentId whose
     * @param object kind and name
     * @param what changed: paths, or {@code deleted}; no secret value
     * @param who did it, by the platform's own records, or {@code unknown}
     * @param key names this change: whoever sees it reports the same key
     * @param at when it was seen
     */
    record Drift(AgentId agentId, String object, String what, String who, String key, Instant at) {

        /** Of {@link #who}, where the platform's records do not say. */
        public static final String UNKNOWN = "unknown";
    }

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
