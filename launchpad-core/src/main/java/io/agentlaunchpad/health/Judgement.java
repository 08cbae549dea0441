package io.agentlaunchpad.health;

import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Verdict.Health;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's facts mean.
 *
 * @param kind in one word
 * @param verdict how the agent is, with reasons; the reasons of a wait are what is waited for
 * @param doom what dooms it; null unless {@link Kind#DOOMED}
 */
public record Judgement(
        Kind kind, Verdict verdict, @Nullable Trouble doom) {

    static Judgement ready(Verdict verdict) {
        return new Judgement(Kind.READY, verdict, null);
    }

    static Judgement waiting(String reason) {
        return waiting(List.of(reason));
    }

    static Judgement waiting(List<String> reasons) {
        return new Judgement(Kind.WAITING, new Verdict(Health.UNKNOWN, reasons), null);
    }

    static Judgement doomed(Trouble trouble) {
        return new Judgement(
                Kind.DOOMED, Verdict.of(Health.UNHEALTHY, trouble.code() + ": " + trouble.message()), trouble);
    }

    /** The three things facts can mean. */
    public enum Kind {
        WAITING,
        READY,
        DOOMED
    }
}
