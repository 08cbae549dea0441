package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.UnexpectedException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.Result;
import io.agentlaunchpad.spi.OperationRow.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs one claimed operation to its end: stage after stage, and back if one fails. A row that another worker left half
 * done goes on where that one stopped.
 */
final class Runner {

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final Stages stages;

    Runner(Stages stages) {
        this.stages = stages;
    }

    /** Runs it. Returns normally whatever happens to the operation. */
    void run(Run run) {
        OperationRow row = run.row();
        MDC.put("operation", row.id().value());
        MDC.put("agent", row.agentId().value());
        Observed observed = Observed.begin(run, null);
        Outcome outcome = null;
        Failure failure = null;
        try {
            begin(run);
            Result result = row.progress().takingBack() != null ? TakeBack.finish(run) : forward(run);
            end(run, result);
            outcome = result.outcome();
            failure = result.failure();
        } catch (StoreException e) {
            // Without the store no further side effect starts; the lease runs out and a worker goes on.
            LOG.warn("Operation {} is left to the next worker: {}", row.id(), e.getMessage());
            failure = e.failure();
        } catch (Given e) {
            LOG.debug("Operation {} is given back", row.id());
        } finally {
            observed.end(outcome, failure);
            run.end();
            MDC.remove("operation");
            MDC.remove("agent");
        }
    }

    private static void begin(Run run) {
        OperationRow row = run.row();
        boolean resumed = row.startedAt() != null;
        String sentence = resumed
                ? row.kind().label() + " goes on"
                        + (row.stage() == null ? "" : " at " + row.stage().label())
                : row.kind().label() + " begins";
        run.save(
                current -> current.started(run.parts().clock().instant()),
                Run.Step.of(resumed ? EventType.OPERATION_RESUMED : EventType.OPERATION_STARTED, sentence));
    }

    private Result forward(Run run) {
        try {
            if (run.row().claim().attempts() > run.parts().timings().attempts()) {
                throw new io.agentlaunchpad.error.DeployException(
                        "TOO_MANY_ATTEMPTS",
                        "The operation was begun " + run.row().claim().attempts() + " times and never came to an end.",
                        "read the agent's events for what ended it each time.",
                        null);
            }
            if (run.row().stage() == null && run.cancelRequested()) {
                throw new CancelledException(
                        "Cancelled before " + run.row().kind().label() + " of "
                                + run.row().agentId() + " began.",
                        "start it again when you want it.");
            }
            for (Stage stage : remaining(run.row())) {
                observed(run, stage);
            }
            return succeeded(run);
        } catch (LaunchpadException e) {
            return failed(run, e);
        } catch (RuntimeException | Error e) {
            return failed(run, unexpected(run, e));
        }
    }

    /**
     * The stages not done yet; the one under way when a worker died is done again. What was being verified is deployed again
     * first: a platform may have ended it with its launcher, and applying what runs already changes nothing.
     */
    private static List<Stage> remaining(OperationRow row) {
        List<Stage> all = row.kind().stages();
        Stage reached = row.stage();
        if (reached == null) {
            return all;
        }
        Stage from = reached == Stage.VERIFY || reached == Stage.MONITOR ? Stage.DEPLOY : reached;
        return all.subList(Math.max(0, all.indexOf(from)), all.size());
    }

    private void observed(Run run, Stage stage) {
        Observed observed = Observed.begin(run, stage);
        Failure failure = null;
        try {
            stage(run, stage);
        } catch (LaunchpadException e) {
            failure = e.failure();
            throw e;
        } catch (RuntimeException | Error e) {
            failure = unexpected(e).failure();
            throw e;
        } finally {
            observed.end(null, failure);
        }
    }

    private void stage(Run run, Stage stage) {
        OperationKind kind = run.row().kind();
        Instant start = run.parts().own().instant();
        run.save(
                row -> row.with(State.RUNNING, stage),
                Run.Step.of(EventType.STAGE_STARTED, stage.label() + " begins", "stage", stage.name()));
        run.begin(gerund(stage), limit(run, stage), stage != Stage.DELETE);
        run.work().check();
        stages.of(stage).run(run);
        run.work().check();
        Duration took = Duration.between(start, run.parts().own().instant());
        run.save(
                row -> row.with(row.progress().timed(stage, took)),
                Run.Step.of(
                        EventType.STAGE_FINISHED,
                        stage.label() + " done in " + seconds(took),
                        "stage",
                        stage.name(),
                        "millis",
                        String.valueOf(took.toMillis()),
                        "kind",
                        kind.name()));
    }

    private static Result succeeded(Run run) {
        Integer target = run.row().progress().target();
        if (target != null) {
            // Before the outcome is written: a launcher killed in between leaves an agent that lives and an operation
            // that is resumed, never a settled operation without its agent.
            run.platform().accepted(run.target());
        }
        return new Result(
                Outcome.SUCCEEDED, null, List.of(), target, run.parts().clock().instant());
    }

    private static Result failed(Run run, LaunchpadException why) {
        if (why instanceof StoreException stored) {
            throw stored;
        }
        if (run.abandoned()) {
            throw giveBack(run);
        }
        OperationRow row = run.row();
        Instant now = run.parts().clock().instant();
        boolean begunDelete = row.kind() == OperationKind.DELETE && row.stage() != null;
        boolean again = why.retryable()
                && (begunDelete || !run.cancelRequested())
                && row.claim().attempts() < run.parts().timings().attempts();
        if (again && !row.progress().deployed()) {
            throw giveBack(run, pause(run), why.failure());
        }
        if (begunDelete) {
            return new Result(Outcome.FAILED, why.failure(), List.of("the agent, at least in part"), null, now);
        }
        if (!row.progress().deployed()) {
            Outcome outcome = run.cancelRequested() ? Outcome.CANCELLED : Outcome.REJECTED;
            return new Result(outcome, why.failure(), List.of(), run.agent().serving(), now);
        }
        TakeBack.begin(run, why.failure());
        return TakeBack.finish(run);
    }

    /** Puts the row back for any worker that goes on; this one must go. */
    static Given giveBack(Run run) {
        return giveBack(run, Duration.ZERO, null);
    }

    private static Given giveBack(Run run, Duration pause, @Nullable Failure why) {
        OperationRow row = run.row();
        Instant due = run.parts().clock().instant().plus(pause);
        // An orderly end of the worker says nothing of the operation: in a rolling update several may follow each
        // other.
        int attempts = why == null ? row.claim().attempts() - 1 : row.claim().attempts();
        Hold free = new Hold(row.claim().fence(), null, null, attempts, due);
        OperationRow queued = row.with(State.QUEUED, row.stage()).with(free);
        if (why == null) {
            run.save(current -> queued);
        } else {
            run.save(
                    current -> queued,
                    Run.Step.of(
                            EventType.WARNING,
                            "Attempt " + row.claim().attempts() + " of "
                                    + run.parts().timings().attempts() + " failed, trying again in " + seconds(pause)
                                    + ": " + why.sentence(),
                            "code",
                            why.code()));
        }
        return new Given();
    }

    private static Duration pause(Run run) {
        int doublings = Math.max(0, run.row().claim().attempts() - 1);
        return run.parts().timings().backoff().multipliedBy(1L << Math.min(6, doublings));
    }

    private static void end(Run run, Result result) {
        run.end();
        Settlement.settle(run, result);
    }

    private static Duration limit(Run run, Stage stage) {
        return switch (stage) {
            case VALIDATE, BUILD, SCAN -> run.policy().buildWithin();
            case DEPLOY, VERIFY, MONITOR -> run.policy().health().healthyWithin();
            case DELETE -> run.policy().takeBackWithin();
        };
    }

    private static String gerund(Stage stage) {
        return switch (stage) {
            case VALIDATE -> "validating";
            case BUILD -> "building";
            case SCAN -> "scanning";
            case DEPLOY -> "deploying";
            case VERIFY -> "verifying";
            case MONITOR -> "monitoring";
            case DELETE -> "deleting";
        };
    }

    /** Law 11: what is not ours is wrapped, errors of the virtual machine too. */
    static UnexpectedException unexpected(Run run, Throwable e) {
        LOG.error("Operation {} met an unexpected fault", run.row().id(), e);
        return unexpected(e);
    }

    private static UnexpectedException unexpected(Throwable e) {
        return new UnexpectedException(
                "UNEXPECTED",
                "An unexpected " + e.getClass().getName() + " ended the work.",
                "report it with the log of this process, which has its trace.",
                e);
    }

    static String seconds(Duration duration) {
        return String.format(java.util.Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    /** The row is back in the queue; nothing of this run goes on. */
    static final class Given extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Given() {
            super(null, null, false, false);
        }
    }
}
