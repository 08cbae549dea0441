package io.agentlaunchpad.health;

import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.health.Verdict.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place where facts become a judgement: is this release ready, doomed, or worth waiting for? Pure and immutable;
 * each observation gives the next judge.
 *
 * <p>Laws: an instance of an older release never makes a new one ready. What cannot succeed is doomed at once. A restart
 * during the stability window starts the window again.
 *
 * <pre>{@code
 * Judge judge = Judge.by(policy);
 * judge = judge.see(observation);
 * switch (judge.judgement().kind()) { … }
 * }</pre>
 */
public final class Judge {

    private final Duration stableFor;
    private final @Nullable Instant readySince;
    private final int restarts;
    private final Judgement judgement;

    private Judge(Duration stableFor, @Nullable Instant readySince, int restarts, Judgement judgement) {
        this.stableFor = stableFor;
        this.readySince = readySince;
        this.restarts = restarts;
        this.judgement = judgement;
    }

    /** A judge that has seen nothing yet. */
    public static Judge by(HealthPolicy policy) {
        return new Judge(policy.stableFor(), null, 0, Judgement.waiting("the platform has not reported yet"));
    }

    /** The judge after one more observation; observations come in the order of their time. */
    public Judge see(Observation facts) {
        Judgement now = rollout(facts);
        if (now.kind() != Judgement.Kind.READY) {
            return new Judge(stableFor, null, restartsOf(facts), now);
        }
        int restartsNow = restartsOf(facts);
        boolean steady = readySince != null && restartsNow == restarts;
        Instant since = steady && readySince != null ? readySince : facts.at();
        Duration stable = Duration.between(since, facts.at());
        if (stable.compareTo(stableFor) >= 0) {
            return new Judge(stableFor, since, restartsNow, now);
        }
        return new Judge(
                stableFor,
                since,
                restartsNow,
                Judgement.waiting("ready since " + since + ", must stay so for " + stableFor.toSeconds() + " s"));
    }

    /** What the observations so far mean. */
    public Judgement judgement() {
        return judgement;
    }

    /** Since when every wanted instance has been ready without a restart, or null; the stability window counts from here. */
    public @Nullable Instant readySince() {
        return readySince;
    }

    /** How an agent is, outside a rollout. */
    public static Verdict verdict(Observation facts) {
        Judgement rollout = rollout(facts);
        if (facts.desired() == 0 && rollout.kind() == Judgement.Kind.READY) {
            return Verdict.of(Health.UNKNOWN, "stopped");
        }
        return switch (rollout.kind()) {
            case READY -> rollout.verdict();
            case WAITING, DOOMED ->
                new Verdict(Health.UNHEALTHY, rollout.verdict().reasons());
        };
    }

    private static Judgement rollout(Observation facts) {
        for (Trouble refusal : facts.refusals()) {
            if (refusal.fatal()) {
                return Judgement.doomed(refusal);
            }
        }
        for (Instance instance : facts.instances()) {
            Trouble trouble = instance.trouble();
            if (instance.current() && trouble != null && trouble.fatal()) {
                return Judgement.doomed(trouble);
            }
        }
        if (!facts.seen()) {
            return Judgement.waiting("the platform has not taken notice of the release yet");
        }
        List<String> waitingFor = waitingFor(facts);
        return waitingFor.isEmpty() ? Judgement.ready(readiness(facts)) : Judgement.waiting(waitingFor);
    }

    private static List<String> waitingFor(Observation facts) {
        List<String> reasons = new ArrayList<>();
        int ready = 0;
        for (Instance instance : facts.instances()) {
            if (!instance.current()) {
                reasons.add(instance.name() + " of an older release still runs");
            } else if (instance.ready()) {
                ready++;
            }
            Trouble trouble = instance.trouble();
            if (trouble != null) {
                reasons.add(instance.name() + ": " + trouble.code() + ": " + trouble.message());
            }
        }
        facts.refusals().forEach(refusal -> reasons.add(refusal.code() + ": " + refusal.message()));
        if (facts.desired() == 0) {
            facts.instances().stream()
                    .filter(Instance::current)
                    .forEach(instance -> reasons.add(instance.name() + " still runs"));
            return reasons;
        }
        if (ready < facts.desired()) {
            reasons.add(ready + " of " + facts.desired() + " instances ready");
        }
        Application application = facts.application();
        if (application != null && application.state() == Application.State.NOT_READY) {
            reasons.addAll(application.reasons().isEmpty() ? List.of("the agent is not ready") : application.reasons());
        }
        return reasons;
    }

    private static Verdict readiness(Observation facts) {
        Application application = facts.application();
        if (application == null || application.state() == Application.State.READY) {
            return new Verdict(Health.HEALTHY, List.of());
        }
        return new Verdict(Health.DEGRADED, application.reasons());
    }

    private static int restartsOf(Observation facts) {
        return facts.instances().stream().mapToInt(Instance::restarts).sum();
    }
}
