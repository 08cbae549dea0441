package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({"ada-1f8e0c2a77, ada-1f8e0c2a77", "9-lives-1f8e0c2a77, n-9-lives-1f8e0c2a77", "n-9-x, n-n-9-x", "a, a"})
    void the_name_is_the_id_with_a_letter_first(String id, String name) {
        assertThat(Names.of(new AgentId(id)).agent()).isEqualTo(name);
    }

    @Test
    void what_gets_too_long_is_cut_and_stays_unique() {
        Names one = Names.of(new AgentId("9" + "-".repeat(61) + "y"));
        Names other = Names.of(new AgentId("9" + "-".repeat(61) + "z"));

        assertThat(one).isNotEqualTo(other);
        assertThat(List.of(one, other)).allMatch(names -> names.agent().matches("n-9-[0-9a-f]{10}"));
    }

    @Test
    void ten_thousand_hostile_ids_have_ten_thousand_legal_names() {
        Random random = new Random(7);
        Map<String, String> byName = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            String id = id(random);
            Names names = Names.of(new AgentId(id));

            // RFC 1035, as Kubernetes checks the names of Services.
            assertThat(names.agent()).matches("[a-z]([-a-z0-9]*[a-z0-9])?").hasSizeLessThanOrEqualTo(63);
            assertThat(names.secrets("4f1c9a"))
                    .matches("[a-z]([-a-z0-9]*[a-z0-9])?")
                    .hasSizeLessThanOrEqualTo(253);
            assertThat(byName.put(names.agent(), id)).isIn(null, id);
        }
    }

    private static String id(Random random) {
        String letters = "abn019-";
        int length = 1 + random.nextInt(63);
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < length; i++) {
            boolean edge = i == 0 || i == length - 1;
            id.append(letters.charAt(random.nextInt(edge ? 6 : 7)));
        }
        return id.toString();
    }
}
