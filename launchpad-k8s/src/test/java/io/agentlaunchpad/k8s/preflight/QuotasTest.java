package io.agentlaunchpad.k8s.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotasTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode ONE = deployment("Recreate", 1, "512Mi");

    @ParameterizedTest
    @CsvSource({
        "pods, 1, 0, true",
        "pods, 3, 3, false",
        "requests.memory, 1Gi, 512Mi, true",
        "requests.memory, 1Gi, 513Mi, false",
        "memory, 512Mi, 0, true",
        "limits.memory, 1Gi, 0, true",
        "limits.memory, 1000Mi, 0, false",
        "requests.cpu, 100m, 0, true",
        "cpu, 99m, 0, false",
        "count/deployments.apps, 5, 5, false",
        "count/secrets, 5, 5, false",
        "secrets, 5, 4, true",
        "configmaps, 5, 5, true",
        "persistentvolumeclaims, 0, 0, false",
        "requests.storage, 1Gi, 0, true",
        "requests.storage, 1G, 0, false",
        "fast.storageclass.storage.k8s.io/requests.storage, 1Mi, 0, false",
        "slow.storageclass.storage.k8s.io/requests.storage, 1Mi, 0, true",
        "services, 1, 1, false",
    })
    void a_first_launch_needs_all_of_its_size(String resource, String hard, String used, boolean fits) {
        Findings findings = new Findings();
        List<JsonNode> wanted = List.of(ONE, claim("1Gi"), json("{'kind': 'Service'}"), json("{'kind': 'Secret'}"));
        new Quotas(wanted, List.of(), findings).judge("ns", quota(resource, hard, used, "[]"));

        assertThat(findings.refused()).isEqualTo(!fits);
    }

    @Test
    void what_the_agent_has_already_counts_as_free() {
        Findings findings = new Findings();
        new Quotas(List.of(deployment("Recreate", 1, "600Mi"), claim("1Gi")), List.of(ONE, claim("1Gi")), findings)
                .judge("ns", quota("requests.memory", "1Gi", "936Mi", "[]"));

        assertThat(findings.orThrow()).isEmpty();
    }

    @Test
    void a_stopped_agent_has_nothing_to_give() {
        Findings findings = new Findings();
        new Quotas(List.of(ONE), List.of(deployment("Recreate", 0, "512Mi")), findings)
                .judge("ns", quota("pods", "1", "1", "[]"));

        assertThatThrownBy(findings::orThrow).hasMessageContaining("has 0 of pods left, the agent needs 1 more");
    }

    @Test
    void growing_by_two_copies_needs_two_and_one_more_only_on_a_change() {
        Findings findings = new Findings();
        List<JsonNode> live = List.of(deployment("RollingUpdate", 1, "512Mi"));
        new Quotas(List.of(deployment("RollingUpdate", 3, "512Mi")), live, findings)
                .judge("ns", quota("pods", "3", "1", "[]"));

        assertThat(findings.orThrow()).singleElement().asString().contains("has no room for one more pod");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"Terminating\"]", "[\"BestEffort\"]", "[\"NotTerminating\", \"PriorityClass\"]"})
    void a_quota_of_other_pods_does_not_count(String scopes) {
        Findings findings = new Findings();
        new Quotas(List.of(ONE), List.of(), findings).judge("ns", quota("pods", "0", "0", scopes));

        assertThat(findings.orThrow()).isEmpty();
    }

    @Test
    void a_quota_of_pods_like_the_agents_counts() {
        Findings findings = new Findings();
        new Quotas(List.of(ONE), List.of(), findings)
                .judge("ns", quota("pods", "0", "0", "[\"NotTerminating\", \"NotBestEffort\"]"));

        assertThat(findings.refused()).isTrue();
    }

    @Test
    void a_quota_that_no_controller_has_counted_yet_is_taken_as_unused() {
        Findings findings = new Findings();
        new Quotas(List.of(ONE), List.of(), findings)
                .judge("ns", json("{'items': [{'metadata': {'name': 'q'}, 'spec': {'hard': {'pods': '1'}}}]}"));

        assertThat(findings.orThrow()).isEmpty();
    }

    @Test
    void every_container_counts_and_a_large_init_container_too() {
        JsonNode both = json("{'kind': 'Deployment', 'spec': {'replicas': 2, 'template': {'spec': {"
                + "'initContainers': [{'resources': {'requests': {'memory': '300Mi'}}}],"
                + "'containers': [{'resources': {'requests': {'memory': '100Mi'}}},"
                + " {'resources': {'limits': {'memory': '50Mi'}}}]}}}}");
        Findings findings = new Findings();
        new Quotas(List.of(both), List.of(), findings).judge("ns", quota("requests.memory", "599Mi", "0", "[]"));

        assertThatThrownBy(findings::orThrow).hasMessageContaining("the agent needs 600Mi more");
    }

    private static JsonNode deployment(String strategy, int replicas, String memory) {
        return json("{'kind': 'Deployment', 'spec': {'replicas': " + replicas + ", 'strategy': {'type': '" + strategy
                + "'}, 'template': {'spec': {'containers': [{'resources': {'requests': {'cpu': '100m', 'memory': '"
                + memory + "'}, 'limits': {'cpu': '500m', 'memory': '1Gi'}}}]}}}}");
    }

    private static JsonNode claim(String size) {
        return json("{'kind': 'PersistentVolumeClaim', 'spec': {'storageClassName': 'fast',"
                + " 'resources': {'requests': {'storage': '" + size + "'}}}}");
    }

    private static JsonNode quota(String resource, String hard, String used, String scopes) {
        return json("{'items': [{'metadata': {'name': 'q'}, 'spec': {'hard': {'" + resource + "': '" + hard
                + "'}, 'scopes': " + scopes.replace('"', '\'') + "}, 'status': {'hard': {'" + resource + "': '" + hard
                + "'}, 'used': {'" + resource + "': '" + used + "'}}}]}");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
