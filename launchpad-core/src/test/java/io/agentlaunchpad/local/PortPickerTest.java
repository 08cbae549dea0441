package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortPickerTest {

    /** Such a port may be gone before its agent, stopped for a moment, is back. */
    @Test
    void a_port_that_the_system_hands_out_to_connections_is_not_chosen() {
        for (int i = 0; i < 50; i++) {
            assertThat(PortPicker.pick(0, Set.of())).isBetween(20_000, 29_999);
        }
    }

    @Test
    void a_port_that_was_kept_is_chosen_again() {
        int kept = PortPicker.pick(0, Set.of());

        assertThat(PortPicker.pick(kept, Set.of())).isEqualTo(kept);
        assertThat(PortPicker.pick(kept, Set.of(kept))).isNotEqualTo(kept);
    }

    @Test
    void where_all_its_ports_are_taken_any_free_one_serves() throws IOException {
        Set<Integer> reserved =
                new HashSet<>(IntStream.range(20_000, 30_000).boxed().toList());

        int port = PortPicker.pick(0, reserved);

        assertThat(reserved).doesNotContain(port);
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }
}
