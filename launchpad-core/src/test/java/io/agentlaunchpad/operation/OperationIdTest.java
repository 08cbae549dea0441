package io.agentlaunchpad.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperationIdTest {

    @Test
    void ids_made_in_one_instant_sort_in_the_order_they_were_made() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        List<OperationId> made =
                Stream.generate(() -> OperationId.next(now)).limit(10_000).toList();

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }
}
