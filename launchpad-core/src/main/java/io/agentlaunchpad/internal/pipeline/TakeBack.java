package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Law 1: take-back is data. One function of the operation's row: apply the baseline, or delete where there was none. Any
 * worker can run it, again and again. It has its own deadline, cannot be cancelled, and is verified.
 */
final class TakeBack {

    private TakeBack() {}

    /** Notes why, so that a successor goes on with it. */
    static void begin(Run run, Failure why) {
        int baseline = Objects.requireNonNull(run.row().progress().baseline(), "deploy writes the baseline first");
        String how = baseline == 0 ? "removing what was made" : "restoring revision " + baseline;
        run.save(
                row -> row.with(row.progress().takingBack(why)),
                Run.Step.of(
                        EventType.TAKE_BACK_STARTED,
                        "Taking back: " + how + " (" + why.code() + ")",
                        "code",
                        why.code()));
    }

    /** Takes back, and says how it went. */
    static Result finish(Run run) {
        OperationRow row = run.row();
        Failure why = Objects.requireNonNull(row.progress().takingBack(), "begin() notes the reason");
        int baseline = Objects.requireNonNull(row.progress().baseline(), "deploy writes the baseline first");
        Work work = run.begin("taking back", run.policy().takeBackWithin(), false);
        List<String> left = new ArrayList<>();
        try {
            if (baseline == 0) {
                left.addAll(run.platform().delete(row.agentId(), Condemned.before(run)::contains, run, work));
            } else {
                restore(run, baseline, work);
            }
        } catch (StoreException e) {
            if (e.code().equals(Run.SUPERSEDED) || othersMayTry(run)) {
                throw e;
            }
            left.add(unfinished(e));
        } catch (RuntimeException | Error e) {
            if (run.abandoned()) {
                throw Runner.giveBack(run);
            }
            left.add(unfinished(e instanceof LaunchpadException known ? known : Runner.unexpected(run, e)));
        }
        run.save(
                current -> current,
                Run.Step.of(
                        EventType.TAKE_BACK_FINISHED,
                        left.isEmpty() ? "Taken back" : "Not taken back: " + String.join("; ", left)));
        Outcome restored = run.cancelRequested() ? Outcome.CANCELLED : Outcome.ROLLED_BACK;
        return new Result(
                left.isEmpty() ? restored : Outcome.FAILED,
                why,
                left,
                baseline == 0 ? null : baseline,
                run.parts().clock().instant());
    }

    /** It began after up to so many attempts to go forward, and has as many of its own. */
    private static boolean othersMayTry(Run run) {
        return run.row().claim().attempts() < 2 * run.parts().timings().attempts();
    }

    private static String unfinished(LaunchpadException why) {
        return "take-back did not finish: " + why.failure().sentence();
    }

    private static void restore(Run run, int baseline, Work work) {
        Release release = run.release(baseline)
                .orElseThrow(() -> new DeployException(
                        "RELEASE_GONE",
                        "Release " + baseline + " of agent " + run.row().agentId() + " is gone from the store.",
                        "launch the agent again.",
                        null));
        run.platform().apply(release, run, work).forEach(run::warn);
        HealthPolicy policy = run.policy().health();
        Verify.await(run.platform(), release, new HealthPolicy(work.remaining(), policy.stableFor(), false), work);
        run.platform().accepted(release);
    }
}
