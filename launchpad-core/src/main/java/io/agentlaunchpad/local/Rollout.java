package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The changes of this platform: everything here holds the agent's lock and asks the fence first. */
final class Rollout {

    /** An agent with open requests takes 5 s to end, and its database a moment more. */
    static final Duration GRACE = Duration.ofSeconds(15);

    /** How often a start is repeated because another program took its port in the same moment. */
    static final int OTHER_PORTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

    private final LocalAgents agents;
    private final NodeCommand node;
    private final boolean bound;
    private final Duration grace;
    private final Executor background;

    Rollout(LocalAgents agents, NodeCommand node, boolean bound, Duration grace, Executor background) {
        this.agents = agents;
        this.node = node;
        this.bound = bound;
        this.grace = grace;
        this.background = background;
    }

    List<String> apply(Release release, Fence fence, WorkContext context) {
        context.check();
        refuseReplicas(release.run().replicas());
        try (AgentLock lock = lock(release.agentId(), context)) {
            AgentFiles files = agents.files(release.agentId());
            LocalState before = files.state().orElse(null);
            if (before != null && before.isOf(release) && asAsked(before)) {
                if (before.revision() != release.revision()) {
                    fence.check();
                    files.write(before.at(release.revision()));
                }
                return List.of();
            }
            return change(files, before, release, fence, context);
        }
    }

    private List<String> change(
            AgentFiles files, @Nullable LocalState before, Release release, Fence fence, WorkContext context) {
        AgentStart start = release.run().stopped() ? null : AgentStart.prepare(agents, release, node, context);
        fence.check();
        files.make();
        List<String> warnings = new ArrayList<>();
        String copy = null;
        if (before != null) {
            if (!before.ending() && agents.process(before).isPresent()) {
                // Whoever takes over, or takes back, must not find a process that serves.
                files.write(before.askedToEnd());
            }
            stop(before, context);
            copy = secureDatabase(files, before, release, fence, context, warnings);
        }
        context.check();
        fence.check();
        if (start == null) {
            files.write(stopped(before, release, copy));
        } else {
            begin(start, before, fence, before == null ? 0 : before.port(), 0, copy);
        }
        return warnings;
    }

    /** Copies the embedded database, or puts a copy back. Returns the copy that take-back would restore. */
    private @Nullable String secureDatabase(
            AgentFiles files,
            LocalState before,
            Release release,
            Fence fence,
            WorkContext context,
            List<String> warnings) {
        DatabaseCopies copies = new DatabaseCopies(files);
        String old = LocalObjects.parse(before.objects()).dependencies();
        String coming = LocalObjects.parse(release.objects()).dependencies();
        String pending = before.copy();
        if (pending != null && copies.isOf(pending, coming)) {
            fence.check();
            context.progress("Putting back the embedded database");
            copies.putBack(pending, context);
            warnings.add("The embedded database is again as it was before the dependencies changed; what release "
                    + before.revision() + " stored in it is gone.");
            return null;
        }
        if (pending != null || Objects.equals(old, coming)) {
            if (release.revision() < before.revision() && !before.accepted()) {
                warnings.add("Code and configuration are those of release " + release.revision()
                        + " again; data that release " + before.revision() + " stored was kept.");
            }
            return pending;
        }
        fence.check();
        context.progress("Copying the embedded database");
        return copies.make(before, old, Instant.now(), context)
                .map(name -> {
                    warnings.add("The dependencies change, so the embedded database was copied to "
                            + files.copies().resolve(name) + ".");
                    return name;
                })
                .orElse(null);
    }

    private void begin(
            AgentStart start, @Nullable LocalState before, Fence fence, int port, int restarts, @Nullable String copy) {
        AgentStart.Begun begun = start.begin(before, port, restarts, copy);
        Future<?> unused =
                begun.process().onExit().thenRunAsync(() -> elsewhere(start, begun.name(), fence), background);
    }

    /** A process that found its port taken is started again on another one. */
    private void elsewhere(AgentStart start, String ended, Fence fence) {
        AgentId agentId = start.release().agentId();
        if (!lostItsPort(agentId, ended)) {
            return;
        }
        try (AgentLock lock = lock(agentId, Patience.of(Duration.ofSeconds(30)))) {
            LocalState state = agents.files(agentId).state().orElse(null);
            if (state != null && lostItsPort(agentId, ended)) {
                fence.check();
                begin(start, state, fence, 0, state.restarts() + 1, state.copy());
            }
        } catch (RuntimeException e) {
            LOG.warn("Agent {} could not be started on another port: {}", agentId, e.getMessage());
        }
    }

    private boolean lostItsPort(AgentId agentId, String ended) {
        AgentFiles files = agents.files(agentId);
        return files.state()
                .filter(state -> ended.equals(state.process()) && mayMove(state))
                .map(state -> LastWords.of(
                                agents.children().exit(ended), new LogFiles(files.log()).since(state.start(), 50))
                        .code()
                        .equals("PORT_IN_USE"))
                .orElse(false);
    }

    /** Whether a start whose port was taken is repeated on another one. */
    static boolean mayMove(LocalState state) {
        return !state.accepted() && state.restarts() < OTHER_PORTS;
    }

    /** Whether what runs is what was asked for, and ends or lives with this process as it should. */
    private boolean asAsked(LocalState state) {
        boolean runs = agents.process(state).isPresent();
        if (state.replicas() == 0) {
            return !runs;
        }
        if (state.ending()) {
            return false;
        }
        boolean ours = agents.children().hold(state.process());
        return runs && (ours || (state.detached() && !bound));
    }

    private void stop(LocalState state, WorkContext context) {
        ProcessHandle process = agents.process(state).orElse(null);
        if (process == null) {
            return;
        }
        context.progress("Stopping process " + process.pid());
        if (!Processes.end(process, state.ending(), grace, context::check)) {
            throw new DeployException(
                    "STOP_FAILED",
                    "Process " + process.pid() + " does not end, not even by SIGKILL.",
                    "look whether it waits for a disk that hangs, then try again.",
                    null);
        }
    }

    private static LocalState stopped(@Nullable LocalState before, Release release, @Nullable String copy) {
        return new LocalState(
                release.revision(),
                release.artifact().digest(),
                release.objects(),
                release.secretVersion(),
                0,
                release.run().generation(),
                before == null ? 0 : before.port(),
                "",
                Instant.now(),
                null,
                null,
                0,
                false,
                false,
                copy,
                false);
    }

    void accepted(Release release) {
        try (AgentLock lock = lock(release.agentId(), Patience.of(Duration.ofSeconds(30)))) {
            AgentFiles files = agents.files(release.agentId());
            files.state().filter(state -> state.isOf(release)).ifPresent(state -> {
                boolean detached =
                        state.detached() || (!bound && agents.children().release(state.process()));
                files.write(state.accepted(detached));
            });
        }
    }

    List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        context.check();
        AgentFiles files = agents.files(agentId);
        if (!files.exist()) {
            return List.of();
        }
        try (AgentLock lock = lock(agentId, context)) {
            fence.check();
            LocalState state = files.state().orElse(null);
            if (state != null) {
                stop(state, context);
                agents.children().forget(state.process());
            }
            DatabaseOwner.of(files.database()).ifPresent(owner -> Processes.gone(owner, grace, context::check));
            fence.check();
            return files.delete(condemned);
        }
    }

    private AgentLock lock(AgentId agentId, WorkContext context) {
        return AgentLock.take(agents.home(), "agent-" + agentId, context);
    }

    static void refuseReplicas(int replicas) {
        if (replicas > 1) {
            throw new DeployException(
                    "REPLICAS_UNSUPPORTED",
                    "The local platform runs one copy of an agent, " + replicas + " were asked for.",
                    "set resources.replicas to 1, or use the Kubernetes platform.",
                    null);
        }
    }
}
