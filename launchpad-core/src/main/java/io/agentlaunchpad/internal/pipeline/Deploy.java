package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.Platform.Rendering;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The only stage that changes a platform. Law 1: before it does, the baseline stands in the operation's row. Where the
 * platform refused before it changed anything, that is taken out again: such an operation is rejected, or tried again.
 */
final class Deploy implements Stages.StageWork {

    @Override
    public void run(Run run) {
        boolean first = run.row().progress().target() == null;
        if (first) {
            choose(run);
        }
        Asked fence = new Asked(run);
        try {
            run.platform().apply(run.target(), fence, run.work()).forEach(run::warn);
        } catch (StoreException e) {
            throw e;
        } catch (LaunchpadException e) {
            // A worker before this one may have come further.
            if (first && (!fence.passed || e instanceof PreflightException)) {
                run.alone(() -> undecide(run));
            }
            throw e;
        }
    }

    /** Writes down what to restore and what to apply. */
    private static void choose(Run run) {
        Optional<Release> serving = run.serving();
        Release wanted = wanted(run, serving.orElse(null));
        if (serving.isPresent() && serving.get().sameAs(wanted)) {
            // Nothing new was asked for: no new revision. Applying it again heals what broke meanwhile.
            int revision = serving.get().revision();
            run.trail(trail -> trail.deciding(revision, revision));
            return;
        }
        run.alone(() -> write(run, serving.map(Release::revision).orElse(0), wanted));
    }

    private static OperationRow write(Run run, int baseline, Release wanted) {
        OperationRow row = run.row();
        OperationRow decided = row.with(row.progress().deciding(baseline, wanted.revision()));
        run.ledger().write(decided.agentId(), entry -> {
            Run.fenced(entry.tables(), decided);
            entry.tables().releases().put(wanted);
            AgentRow agent = entry.tables().agents().find(decided.agentId()).orElseThrow();
            entry.tables().agents().put(agent.withLatestRevision(wanted.revision(), wanted.createdAt()));
            return null;
        });
        run.adopt(decided);
        return decided;
    }

    /** Nothing was changed: the operation ends, or begins again, as if nothing had been decided. */
    private static OperationRow undecide(Run run) {
        OperationRow decided = run.row();
        OperationRow.Trail trail = decided.progress();
        OperationRow undecided = decided.with(trail.undecided());
        int target = Objects.requireNonNull(trail.target(), "choose() decided it");
        run.ledger().write(decided.agentId(), entry -> {
            Run.fenced(entry.tables(), undecided);
            AgentRow agent = entry.tables().agents().find(decided.agentId()).orElseThrow();
            if (!Objects.equals(trail.baseline(), target)) {
                entry.tables().releases().remove(decided.agentId(), target);
                if (agent.latestRevision() == target) {
                    entry.tables()
                            .agents()
                            .put(agent.withLatestRevision(
                                    target - 1, run.parts().clock().instant()));
                }
            }
            return null;
        });
        run.adopt(undecided);
        return undecided;
    }

    private static Release wanted(Run run, @Nullable Release serving) {
        OperationRow row = run.row();
        AgentRow agent = run.agent();
        int next = agent.latestRevision() + 1;
        if (row.kind() == OperationKind.LAUNCH) {
            Release.Run how = new Release.Run(
                    run.spec().resources().replicas(),
                    serving == null ? 1 : serving.run().generation());
            Artifact artifact = Objects.requireNonNull(row.progress().artifact(), "build leaves an artifact behind");
            return rendered(run, next, run.spec(), artifact, row.ask().secretVersion(), how);
        }
        if (serving == null) {
            throw nothingServes(row);
        }
        Release.Run now = serving.run();
        return switch (row.kind()) {
            case SCALE -> {
                AgentSpec scaled = row.ask().replicas() > 0
                        ? serving.spec().withReplicas(row.ask().replicas())
                        : serving.spec();
                yield again(
                        run, next, serving, scaled, new Release.Run(row.ask().replicas(), now.generation()));
            }
            case RESTART ->
                again(
                        run,
                        next,
                        serving,
                        serving.spec(),
                        new Release.Run(Math.max(1, now.replicas()), now.generation() + 1));
            case STOP -> again(run, next, serving, serving.spec(), new Release.Run(0, now.generation()));
            case START ->
                again(
                        run,
                        next,
                        serving,
                        serving.spec(),
                        now.stopped()
                                ? new Release.Run(serving.spec().resources().replicas(), now.generation())
                                : now);
            case ROLLBACK -> {
                Release old = run.release(Validate.rollbackTo(run, serving)).orElseThrow(() -> nothingServes(row));
                yield again(
                        run,
                        next,
                        old,
                        old.spec(),
                        new Release.Run(old.spec().resources().replicas(), now.generation()));
            }
            case LAUNCH, DELETE -> throw new IllegalStateException(row.kind() + " deploys nothing of its own here");
        };
    }

    private static Release again(Run run, int revision, Release from, AgentSpec spec, Release.Run how) {
        return rendered(run, revision, spec, from.artifact(), from.secretVersion(), how);
    }

    private static Release rendered(
            Run run, int revision, AgentSpec spec, Artifact artifact, @Nullable String secrets, Release.Run how) {
        OperationRow row = run.row();
        Rendering rendering = run.platform()
                .render(new PlanRequest(row.agentId(), row.owner(), spec, artifact, secrets, how), run.work());
        rendering.warnings().forEach(run::warn);
        return new Release(
                row.agentId(),
                revision,
                spec,
                artifact,
                rendering.objects(),
                secrets,
                how,
                run.parts().clock().instant());
    }

    static ConflictException nothingServes(OperationRow row) {
        return new ConflictException(
                "Cannot " + row.kind().label() + " agent " + row.agentId() + ": no release of it has been healthy yet.",
                "launch it first.");
    }

    /** Knows whether a change was let through: a platform asks right before each. */
    private static final class Asked implements Fence {

        private final Fence fence;
        private volatile boolean passed;

        Asked(Fence fence) {
            this.fence = fence;
        }

        @Override
        public long number() {
            return fence.number();
        }

        @Override
        public void check() {
            fence.check();
            passed = true;
        }
    }
}
