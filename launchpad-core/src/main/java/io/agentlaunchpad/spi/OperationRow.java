package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report.StageTime;
import io.agentlaunchpad.operation.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One operation as the store knows it: everything another worker needs to go on with it or take it back.
 *
 * @param id its id
 * @param agentId whose
 * @param owner of the agent
 * @param kind what was asked
 * @param ask the particulars
 * @param state how far its life is
 * @param stage the stage under way, or null before the first
 * @param progress what stages have left behind for later ones
 * @param claim who works on it; a queued or settled one keeps the last fence
 * @param cancelRequested whether someone asked for cancellation
 * @param result how it ended; null unless settled
 * @param idempotencyKey of the request, or null
 * @param createdAt when it was accepted
 * @param startedAt when work first began, or null
 */
public record OperationRow(
        OperationId id,
        AgentId agentId,
        Owner owner,
        OperationKind kind,
        Ask ask,
        State state,
        @Nullable Stage stage,
        Trail progress,
        Hold claim,
        boolean cancelRequested,
        @Nullable Result result,
        @Nullable String idempotencyKey,
        Instant createdAt,
        @Nullable Instant startedAt) {

    /** How far an operation's life is. */
    public enum State {
        QUEUED,
        RUNNING,
        SETTLED
    }

    /**
     * What was asked.
     *
     * @param platform name
     * @param spec for a launch; null for the others, which use the serving release's
     * @param secretVersion for a launch: the values stored at submit, or null
     * @param policy the rules
     * @param replicas for a scale; else 0
     * @param revision for a rollback: which, or 0 for the one before
     * @param refreshLock for a launch: whether versions are resolved anew
     */
    public record Ask(
            String platform,
            @Nullable AgentSpec spec,
            @Nullable String secretVersion,
            LaunchPolicy policy,
            int replicas,
            int revision,
            boolean refreshLock) {}

    /**
     * What the stages so far have left behind.
     *
     * @param lock resolved
     * @param artifact built
     * @param baseline the release that take-back restores, 0 for none; null until deploy wrote it down
     * @param target the revision that deploy applies, or null
     * @param takingBack why the work is being taken back, or null
     * @param stages how long each finished stage took
     * @param warnings so far
     * @param condemned secret versions that it is about to forget, or forgot: no launch may name them any more
     */
    public record Trail(
            @Nullable String lock,
            @Nullable Artifact artifact,
            @Nullable Integer baseline,
            @Nullable Integer target,
            @Nullable Failure takingBack,
            List<StageTime> stages,
            List<String> warnings,
            List<String> condemned) {

        public Trail {
            stages = List.copyOf(stages);
            warnings = List.copyOf(warnings);
            condemned = condemned == null ? List.of() : List.copyOf(condemned); // absent in rows of earlier versions
        }

        /** Nothing yet. */
        public static Trail empty() {
            return new Trail(null, null, null, null, null, List.of(), List.of(), List.of());
        }

        public Trail withLock(String resolved) {
            return new Trail(resolved, artifact, baseline, target, takingBack, stages, warnings, condemned);
        }

        public Trail withArtifact(Artifact built) {
            return new Trail(lock, built, baseline, target, takingBack, stages, warnings, condemned);
        }

        /** What deploy decided: the revision to restore (0 for none) and the revision to apply. */
        public Trail deciding(int restore, int apply) {
            return new Trail(lock, artifact, restore, apply, takingBack, stages, warnings, condemned);
        }

        /** What deploy decided came to nothing, and the platform is as it was. */
        public Trail undecided() {
            return new Trail(lock, artifact, null, null, takingBack, stages, warnings, condemned);
        }

        /** From now on the work is being taken back. */
        public Trail takingBack(Failure why) {
            return new Trail(lock, artifact, baseline, target, why, stages, warnings, condemned);
        }

        /** A stage is done; done again, the later time counts. */
        public Trail timed(Stage stage, Duration took) {
            List<StageTime> times = new ArrayList<>(stages);
            times.removeIf(time -> time.stage() == stage);
            times.add(new StageTime(stage, took));
            return new Trail(lock, artifact, baseline, target, takingBack, times, warnings, condemned);
        }

        /** A warning; the same again counts once. */
        public Trail warned(String warning) {
            if (warnings.contains(warning)) {
                return this;
            }
            List<String> more = new ArrayList<>(warnings);
            more.add(warning);
            return new Trail(lock, artifact, baseline, target, takingBack, stages, more, condemned);
        }

        /** These secret versions will be forgotten too. */
        public Trail condemning(Collection<String> versions) {
            Set<String> all = new TreeSet<>(condemned);
            all.addAll(versions);
            return new Trail(lock, artifact, baseline, target, takingBack, stages, warnings, List.copyOf(all));
        }

        /** Whether the platform may have been changed. */
        public boolean deployed() {
            return baseline != null;
        }
    }

    /**
     * Who works on it.
     *
     * @param fence grows with each claim
     * @param worker name, or null where nobody does
     * @param leaseUntil when the claim ends by itself, or null
     * @param attempts how often work began
     * @param notBefore not to be claimed earlier
     */
    public record Hold(
            long fence, @Nullable String worker, @Nullable Instant leaseUntil, int attempts, Instant notBefore) {}

    /**
     * How it ended.
     *
     * @param outcome in one word
     * @param failure why not well, or null
     * @param left what is still there although it should not be
     * @param revision that serves now, or null
     * @param settledAt when
     * @param lastEvent where the agent and its events are gone: the number of the last one, which told of this; else null
     */
    public record Result(
            Outcome outcome,
            @Nullable Failure failure,
            List<String> left,
            @Nullable Integer revision,
            Instant settledAt,
            @Nullable Long lastEvent) {

        public Result {
            left = List.copyOf(left);
        }

        /** One after which the agent is still there. */
        public Result(
                Outcome outcome,
                @Nullable Failure failure,
                List<String> left,
                @Nullable Integer revision,
                Instant settledAt) {
            this(outcome, failure, left, revision, settledAt, null);
        }

        /** The same, told of by the agent's last event. */
        public Result ending(long event) {
            return new Result(outcome, failure, left, revision, settledAt, event);
        }
    }

    public OperationRow with(State newState, @Nullable Stage newStage) {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                newState,
                newStage,
                progress,
                claim,
                cancelRequested,
                result,
                idempotencyKey,
                createdAt,
                startedAt);
    }

    public OperationRow with(Trail trail) {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                state,
                stage,
                trail,
                claim,
                cancelRequested,
                result,
                idempotencyKey,
                createdAt,
                startedAt);
    }

    public OperationRow with(Hold hold) {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                state,
                stage,
                progress,
                hold,
                cancelRequested,
                result,
                idempotencyKey,
                createdAt,
                startedAt);
    }

    public OperationRow started(Instant at) {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                state,
                stage,
                progress,
                claim,
                cancelRequested,
                result,
                idempotencyKey,
                createdAt,
                startedAt == null ? at : startedAt);
    }

    public OperationRow cancelling() {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                state,
                stage,
                progress,
                claim,
                true,
                result,
                idempotencyKey,
                createdAt,
                startedAt);
    }

    public OperationRow settled(Result end) {
        return new OperationRow(
                id,
                agentId,
                owner,
                kind,
                ask,
                State.SETTLED,
                null,
                progress,
                new Hold(claim.fence(), null, null, claim.attempts(), claim.notBefore()),
                cancelRequested,
                end,
                idempotencyKey,
                createdAt,
                startedAt);
    }
}
