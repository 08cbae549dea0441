package io.agentlaunchpad.k8s.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.manifest.ClusterFacts.Enforced;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactFinderTest {

    @ParameterizedTest
    @CsvSource({
        "v1.34.4, apps, kindnet, YES",
        "v1.34.4, apps, kube-flannel-ds, NO",
        "v1.34.4, apps, aws-node, UNKNOWN",
        "v1.34.4, cilium.io, anything, YES",
        "v1.34.4, crd.projectcalico.org, '', YES",
        "v1.33.1+k3s1, apps, '', YES",
        "v1.34.4, apps, '', NO",
    })
    void enforcement_is_guessed_by_what_is_installed(String version, String group, String agent, Enforced guess) {
        String items = agent.isEmpty() ? "" : "{\"metadata\":{\"name\":\"" + agent + "\"}}";
        Answer agents = new Answer(200, Map.of(), "{\"items\":[" + items + "]}");

        assertThat(FactFinder.enforced(version, Set.of(group), agents)).isEqualTo(guess);
    }

    @Test
    void who_may_not_look_does_not_know() {
        assertThat(FactFinder.enforced("v1.34.4", Set.of("apps"), new Answer(403, Map.of(), "{}")))
                .isEqualTo(Enforced.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.29.15", "v1.9.0", "v1.24.17-eks-5e0fdde"})
    void an_old_server_is_refused(String version) {
        assertThatThrownBy(() -> FactFinder.refuseOld("https://cluster", version))
                .hasMessageContaining(version)
                .hasMessageContaining("1.30 or newer");
    }

    @Test
    void what_is_no_kubernetes_is_refused() {
        assertThatThrownBy(() -> FactFinder.refuseOthers("https://elsewhere", Set.of("apps/v1")))
                .hasMessageContaining("https://elsewhere does not offer networking.k8s.io/v1.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.30.0", "v1.34.4", "v1.31.2-gke.100", "v2.0.0", "", "nonsense"})
    void any_other_is_not(String version) {
        FactFinder.refuseOld("https://cluster", version);
    }
}
