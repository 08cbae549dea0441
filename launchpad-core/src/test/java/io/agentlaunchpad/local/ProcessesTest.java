package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessesTest {

    @Test
    void a_process_has_ended_when_its_last_thread_has() {
        assertThat(Processes.ended(stat("node", "Z", 1))).isTrue();
        assertThat(Processes.ended(stat("node", "X", 0))).isTrue();
        assertThat(Processes.ended(stat("node", "Z", 11)))
                .as("its port is still taken")
                .isFalse();
        assertThat(Processes.ended(stat("node", "S", 1))).isFalse();
    }

    @Test
    void a_name_like_a_state_and_a_line_cut_short_tell_nothing() {
        assertThat(Processes.ended(stat("a) Z 1 (b", "S", 1))).isFalse();
        assertThat(Processes.ended("7 (node) Z 1 1")).isFalse();
        assertThat(Processes.ended("")).isFalse();
    }

    private static String stat(String name, String state, int threads) {
        return "7 (" + name + ") " + state + " 1 7 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 " + threads + " 0 4711 0 0\n";
    }
}
