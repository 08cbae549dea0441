package io.agentlaunchpad.k8s.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an agent's pods use: by the metrics API where it answers, else by the summary of each node's kubelet. */
public final class ResourceMeter {

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Api api;
    private final String namespace;

    public ResourceMeter(Api api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    @Nullable
    ResourceUse of(AgentId agentId, WorkContext context) {
        String selection = Selection.labels(Labels.selector(agentId));
        Answer pods = api.once(Call.get(Paths.of(namespace, "v1", "Pod") + selection), context);
        Map<String, String> nodes = new HashMap<>();
        long memoryLimit = 0;
        long cpuLimit = 0;
        for (JsonNode pod : pods.json().path("items")) {
            String node = pod.at("/spec/nodeName").asText("");
            if (!node.isEmpty() && pod.at("/status/phase").asText().equals("Running")) {
                nodes.put(pod.at("/metadata/name").asText(), node);
                for (JsonNode container : pod.at("/spec/containers")) {
                    memoryLimit +=
                            amount(container.at("/resources/limits/memory")).longValue();
                    cpuLimit += amount(container.at("/resources/limits/cpu"))
                            .multiply(THOUSAND)
                            .longValue();
                }
            }
        }
        if (nodes.isEmpty()) {
            return null;
        }
        long[] used = metrics(selection, nodes, context);
        used = used == null ? summaries(nodes, context) : used;
        return used == null ? null : new ResourceUse(used[0], memoryLimit, used[1], cpuLimit);
    }

    /** Bytes and thousandths of a core, or null. */
    private long @Nullable [] metrics(String selection, Map<String, String> nodes, WorkContext context) {
        Answer answer = api.once(
                Call.get("/apis/metrics.k8s.io/v1beta1/namespaces/" + namespace + "/pods" + selection), context);
        if (!answer.ok()) {
            return null;
        }
        long[] used = new long[2];
        int found = 0;
        for (JsonNode pod : answer.json().path("items")) {
            if (nodes.containsKey(pod.at("/metadata/name").asText())) {
                found++;
                for (JsonNode container : pod.path("containers")) {
                    used[0] += amount(container.at("/usage/memory")).longValue();
                    used[1] += amount(container.at("/usage/cpu"))
                            .multiply(THOUSAND)
                            .longValue();
                }
            }
        }
        return found == 0 ? null : used;
    }

    private long @Nullable [] summaries(Map<String, String> nodes, WorkContext context) {
        long[] used = new long[2];
        int found = 0;
        for (String node : nodes.values().stream().distinct().toList()) {
            Answer answer = api.once(Call.get("/api/v1/nodes/" + node + "/proxy/stats/summary"), context);
            for (JsonNode pod : answer.json().path("pods")) {
                if (pod.at("/podRef/namespace").asText().equals(namespace)
                        && nodes.containsKey(pod.at("/podRef/name").asText())) {
                    found++;
                    used[0] += pod.at("/memory/workingSetBytes").asLong();
                    used[1] += pod.at("/cpu/usageNanoCores").asLong() / NANOS_PER_MILLI;
                }
            }
        }
        return found == 0 ? null : used;
    }

    private static BigDecimal amount(JsonNode text) {
        return text.isTextual() ? new Quantity(text.asText()).getNumericalAmount() : BigDecimal.ZERO;
    }
}
