package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.k8s.manifest.ClusterFacts.Enforced;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkPolicyTest {

    private static final String OPENAI = "@elizaos/plugin-openai";

    @ParameterizedTest
    @CsvSource({
        "http://models.example/v1, '[80, 443]'",
        "https://models.example/v1, '[443]'",
        "https://models.example:8443, '[443, 8443]'",
        "ws://models.example, '[80, 443]'",
        "not a url, '[443]'",
        "ftp://models.example/x, '[443]'",
        "http://localhost:11434, '[443]'",
        "http://model.models.svc:8080, '[443]'",
        "http://model:8080, '[443]'",
        "http://10.1.2.3:8080, '[443]'",
    })
    void ports_of_urls_in_settings_are_open_to_the_world(String url, String ports) {
        JsonNode policy =
                policy(Samples.ada().setting(OPENAI, "OPENAI_BASE_URL", url).build());

        assertThat(world(policy).toString()).isEqualTo(ports);
    }

    @Test
    void the_database_is_reached_on_its_usual_port() {
        assertThat(world(policy(Samples.shared().build()))).containsExactly(443, 5432);
    }

    @Test
    void nobody_reaches_the_machines_credentials() {
        JsonNode policy = policy(Samples.ada().egress("models.example:80").build());

        assertThat(policy.at("/spec/egress").toString())
                .contains("{\"ipBlock\":{\"cidr\":\"0.0.0.0/0\",\"except\":[\"169.254.0.0/16\"]}}");
    }

    @Test
    void an_address_is_open_alone_and_a_service_of_the_cluster_by_its_namespace() {
        String egress = policy(Samples.ada()
                        .setting(OPENAI, "OPENAI_BASE_URL", "http://model.models.svc:8080/v1")
                        .egress("10.1.2.3/16:9000", "10.1.2.3/16:9001", "redis:6379")
                        .build())
                .at("/spec/egress")
                .toString();

        assertThat(egress)
                .contains("{\"to\":[{\"ipBlock\":{\"cidr\":\"10.1.0.0/16\"}}],\"ports\":[{\"port\":9000,"
                        + "\"protocol\":\"TCP\"},{\"port\":9001,\"protocol\":\"TCP\"}]}")
                .contains(
                        "{\"to\":[{\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"models\"}}}]}")
                .contains(
                        "{\"to\":[{\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"agents\"}}}]}");
    }

    @Test
    void what_a_policy_cannot_say_is_a_warning() {
        AgentSpec spec = Samples.ada()
                .setting(OPENAI, "OPENAI_BASE_URL", "http://localhost:11434/v1")
                .egress("db.example:6432", "api.example:443")
                .build();
        ClusterFacts nothing = new ClusterFacts("1.34.4", false, false, List.of(), Enforced.NO);

        assertThat(AgentObjects.render(Samples.request(spec), ManifestSettings.in("agents"), nothing)
                        .warnings())
                .containsExactly(
                        "The setting OPENAI_BASE_URL names localhost, which in a pod is the pod itself.",
                        "A NetworkPolicy knows no host names: for db.example:6432 the port is open to every address.",
                        "Nothing in this cluster seems to enforce NetworkPolicies: the agent's has no effect.",
                        "The API server's addresses are not known here: where NetworkPolicies are enforced, chat and"
                                + " readiness details through it may be cut off. Name its addresses, or allow this"
                                + " account to read the endpoint slices of the namespace default.");
    }

    private static JsonNode policy(AgentSpec spec) {
        return AgentObjects.render(Samples.request(spec), ManifestSettings.in("agents"), Samples.FACTS)
                .manifests()
                .stream()
                .filter(manifest -> manifest.kind().equals("NetworkPolicy"))
                .findFirst()
                .orElseThrow()
                .tree();
    }

    private static List<Integer> world(JsonNode policy) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode rule : policy.at("/spec/egress")) {
            if (rule.at("/to/0/ipBlock/cidr").asText().equals("0.0.0.0/0")) {
                rule.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
            }
        }
        return ports;
    }
}
