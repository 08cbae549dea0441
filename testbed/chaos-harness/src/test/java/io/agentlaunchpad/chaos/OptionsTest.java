package io.agentlaunchpad.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void what_is_not_said_has_a_usual_value() {
        Options options = Options.parse("--launches", "10", "--kills", "4", "--doorbell", "redis", "--keep");

        assertThat(options.launches()).isEqualTo(10);
        assertThat(options.kills()).isEqualTo(4);
        assertThat(options.doorbell()).isEqualTo("redis");
        assertThat(options.agents()).isEqualTo(20);
        assertThat(options.keep()).isTrue();
    }

    @Test
    void what_makes_no_sense_is_refused_with_a_way_out() {
        for (String[] words : new String[][] {
            {"--launches"}, {"--launches", "0"}, {"--kills", "-1"}, {"--doorbell", "mail"}, {"--fast"}
        }) {
            assertThatThrownBy(() -> Options.parse(words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Fix: ");
        }
    }
}
