package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Verdict.Health;
import java.util.List;

/**
 * What an attached launch makes of its looks at the agent. An agent that does not answer is slow, busy or held up, and may
 * answer again; only one whose process is gone has ended.
 */
final class Lookout {

    private List<String> gone = List.of();
    private boolean unwell;

    /** What one more look means. */
    Sees see(AgentState state) {
        Observation facts = state.facts();
        if (state.operation() != null || facts == null) {
            gone = List.of();
            return Sees.NOTHING_NEW;
        }
        if (facts.desired() == 0) {
            return Sees.STOPPED;
        }
        List<String> before = gone;
        gone = gone(facts);
        if (!gone.isEmpty()) {
            // Another command may have begun to stop it between the look at its operations and the look at its process.
            // By the next look that operation shows, or has left another process or none.
            return gone.equals(before) ? Sees.ENDED : Sees.NOTHING_NEW;
        }
        boolean was = unwell;
        unwell = state.health().health() == Health.UNHEALTHY;
        return unwell == was ? Sees.NOTHING_NEW : unwell ? Sees.UNWELL : Sees.WELL_AGAIN;
    }

    /** The local platform starts nothing again: a process with a trouble that waiting cannot help is gone. */
    private static List<String> gone(Observation facts) {
        boolean all = facts.instances().stream().map(Instance::trouble).allMatch(why -> why != null && why.fatal());
        return all ? facts.instances().stream().map(Instance::name).toList() : List.of();
    }

    /** The meaning of a look. */
    enum Sees {
        NOTHING_NEW,
        UNWELL,
        WELL_AGAIN,
        STOPPED,
        ENDED
    }
}
