package io.agentlaunchpad.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpositionTest {

    private final Exposition page = new Exposition("# HELP requests_total Answers by code.\n"
            + "# TYPE requests_total counter\n"
            + "requests_total{code=\"200\"} 7\n"
            + "requests_total{code=\"5{0}3\"} 2 1700000000000\n"
            + "requests_total_of_others 100\n"
            + "started_seconds 1.7637e9\n"
            + "broken x\n");

    @Test
    void samples_of_one_name_are_summed_over_their_labels() {
        assertThat(page.sum("requests_total")).hasValue(9);
        assertThat(page.sum("started_seconds")).hasValue(1.7637e9);
    }

    @Test
    void what_is_not_there_or_no_number_has_no_value() {
        assertThat(page.sum("absent")).isEmpty();
        assertThat(page.sum("broken")).isEmpty();
        assertThat(page.sum("requests")).isEmpty();
    }
}
