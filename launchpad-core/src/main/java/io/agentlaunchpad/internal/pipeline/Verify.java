package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.internal.Chat;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Waits until the applied release is healthy, by watching; ends at once when it never will be. */
final class Verify implements Stages.StageWork {

    @Override
    public void run(Run run) {
        Release target = run.target();
        Verdict verdict = await(run.platform(), target, run.policy().health(), run.work());
        verdict.reasons().forEach(run::warn);
        if (run.policy().health().mustReply() && !target.run().stopped()) {
            reply(run.platform().access(), target, run);
        }
    }

    /** Waits for a release to become healthy, or to be doomed. */
    static Verdict await(Platform platform, Release release, HealthPolicy policy, Work work) {
        BlockingQueue<Wake> facts = new LinkedBlockingQueue<>();
        Judge judge = Judge.by(policy);
        try (var interrupt = work.onCancel(() -> facts.add(new Wake.Stop()));
                Platform.Watch watch = platform.watch(release, observation -> facts.add(new Wake.Fact(observation)))) {
            Objects.requireNonNull(interrupt);
            Objects.requireNonNull(watch);
            while (true) {
                Wake wake = next(facts, work, judge, policy);
                stopIfOver(work, judge, release);
                if (wake instanceof Wake.Fact fact) {
                    judge = judge.see(fact.observation());
                }
                Judgement judgement = judge.judgement();
                switch (judgement.kind()) {
                    case READY -> {
                        return judgement.verdict();
                    }
                    case DOOMED -> throw doomed(release, Objects.requireNonNull(judgement.doom()));
                    case WAITING ->
                        work.progress(String.join("; ", judgement.verdict().reasons()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.cancel();
            work.check();
            throw new IllegalStateException("Cancelled work ends", e);
        }
    }

    private static Wake next(BlockingQueue<Wake> facts, Work work, Judge judge, HealthPolicy policy)
            throws InterruptedException {
        Duration wait = work.remaining();
        Instant since = judge.readySince();
        if (since != null) {
            // The end of the stability window is news as well, although no fact changed.
            Duration window = Duration.between(work.clock().instant(), since.plus(policy.stableFor()));
            wait = window.isNegative() || window.compareTo(wait) > 0 ? wait : window;
        }
        Wake wake = facts.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
        return wake == null ? new Wake.Nothing() : wake;
    }

    private static void stopIfOver(Work work, Judge judge, Release release) {
        try {
            work.check();
        } catch (DeadlineException e) {
            throw new DeadlineException(
                    "DEADLINE_EXCEEDED",
                    "Revision " + release.revision() + " of " + release.agentId() + " did not become healthy in time: "
                            + String.join("; ", judge.judgement().verdict().reasons()) + ".",
                    "read the agent's log, or allow more time (LaunchPolicy.healthyWithin, --timeout).",
                    null);
        }
    }

    private static DeployException doomed(Release release, Trouble doom) {
        StringBuilder what = new StringBuilder()
                .append("Revision ")
                .append(release.revision())
                .append(" of ")
                .append(release.agentId())
                .append(" cannot become healthy: ")
                .append(doom.code())
                .append(": ")
                .append(doom.message());
        if (!doom.lastLines().isEmpty()) {
            what.append("\n  Last log lines:");
            doom.lastLines().forEach(line -> what.append("\n    ").append(line));
            what.append('\n');
        }
        return new DeployException(doom.code(), what.toString(), doom.fix(), null);
    }

    private static void reply(AgentAccess access, Release release, Run run) {
        Chat chat = new Chat(access, release.agentId());
        String text = chat.say("launchpad-health", "Hello", run.work()).text();
        if (text.isBlank()) {
            throw new DeployException(
                    "NO_REPLY",
                    "Agent " + release.agentId() + " gave an empty reply to a greeting.",
                    "check its model's key and endpoint.",
                    null);
        }
    }

    /** Why the wait wakes. */
    private sealed interface Wake {
        record Fact(Observation observation) implements Wake {}

        record Stop() implements Wake {}

        record Nothing() implements Wake {}
    }
}
