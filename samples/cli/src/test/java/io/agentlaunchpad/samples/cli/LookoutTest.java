package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.samples.cli.Lookout.Sees;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An attached launch ends with its agent's process, and with nothing less. */
class LookoutTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Trouble KILLED =
            new Trouble("KILLED", "The agent was killed.", "restart it.", true, List.of());
    private static final Trouble PORT = new Trouble("PORT_IN_USE", "Its port is taken.", "wait.", false, List.of());

    private final Lookout lookout = new Lookout();

    @Test
    void an_agent_that_does_not_answer_is_told_once_and_waited_for() {
        assertThat(lookout.see(running(true))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(running(false))).isEqualTo(Sees.UNWELL);
        assertThat(lookout.see(running(false))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(running(true))).isEqualTo(Sees.WELL_AGAIN);
        assertThat(lookout.see(running(true))).isEqualTo(Sees.NOTHING_NEW);
    }

    @Test
    void a_process_that_is_gone_in_two_looks_is_the_end() {
        assertThat(lookout.see(ended("process 1"))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(ended("process 1"))).isEqualTo(Sees.ENDED);
    }

    @Test
    void a_process_that_another_command_replaces_is_not_the_end() {
        assertThat(lookout.see(ended("process 1"))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(state(OperationId.next(NOW), 1, new Instance("process 1", true, false, 0, KILLED))))
                .isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(ended("process 1"))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(ended("process 2"))).isEqualTo(Sees.NOTHING_NEW);
        assertThat(lookout.see(running(true))).isEqualTo(Sees.NOTHING_NEW);
    }

    @Test
    void a_process_that_is_about_to_be_started_again_is_not_the_end() {
        AgentState moving = state(null, 1, new Instance("process 1", true, false, 0, PORT));

        assertThat(lookout.see(moving)).isEqualTo(Sees.UNWELL);
        assertThat(lookout.see(moving)).isEqualTo(Sees.NOTHING_NEW);
    }

    @Test
    void nothing_known_of_a_process_is_not_the_end() {
        assertThat(lookout.see(state(null, 1))).isEqualTo(Sees.UNWELL);
        assertThat(lookout.see(state(null, 1))).isEqualTo(Sees.NOTHING_NEW);
    }

    @Test
    void one_that_another_command_stopped_is_told() {
        assertThat(lookout.see(state(null, 0))).isEqualTo(Sees.STOPPED);
    }

    private static AgentState running(boolean ready) {
        return state(null, 1, new Instance("process 1", true, ready, 0, null));
    }

    private static AgentState ended(String process) {
        return state(null, 1, new Instance(process, true, false, 0, KILLED));
    }

    private static AgentState state(@Nullable OperationId operation, int desired, Instance... instances) {
        Observation facts = new Observation(NOW, true, desired, List.of(instances), null, null, List.of());
        return new AgentState(AgentStatus.DEPLOYED, Judge.verdict(facts), 1, null, facts, operation, null, NOW, NOW);
    }
}
