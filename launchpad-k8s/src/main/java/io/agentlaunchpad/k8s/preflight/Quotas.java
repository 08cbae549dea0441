package io.agentlaunchpad.k8s.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether the ResourceQuotas of a namespace leave room for an agent. What is certain is refused; what depends on the way
 * of the change is a warning. Names of resources after kubernetes.io, "Resource Quotas".
 */
final class Quotas {

    private static final Set<String> SCOPES_OF_AGENTS = Set.of("NotTerminating", "NotBestEffort");
    private static final Set<String> SIZES = Set.of("cpu", "memory", "ephemeral-storage");

    private final Findings findings;
    private final Map<String, BigDecimal> coming;
    private final Map<String, BigDecimal> running;
    private final Map<String, BigDecimal> onePod;
    private final boolean rolls;

    /**
     * Weighs what comes against what is there.
     *
     * @param wanted rendered objects
     * @param live those of them that exist, as they are
     */
    Quotas(List<JsonNode> wanted, List<JsonNode> live, Findings findings) {
        this.findings = findings;
        this.coming = sum(wanted);
        this.running = sum(live);
        this.onePod = new TreeMap<>();
        boolean rolling = false;
        for (JsonNode each : wanted) {
            if (each.path("kind").asText().equals("Deployment")) {
                add(onePod, pod(each.at("/spec/template/spec")), 1);
                rolling = each.at("/spec/strategy/type").asText().equals("RollingUpdate");
            }
        }
        this.rolls = rolling && running.getOrDefault("pods", BigDecimal.ZERO).signum() > 0;
    }

    /** Judges one list of ResourceQuotas. */
    void judge(String namespace, JsonNode list) {
        for (JsonNode quota : list.path("items")) {
            if (counts(quota.path("spec"))) {
                judgeOne(namespace, quota);
            }
        }
    }

    private void judgeOne(String namespace, JsonNode quota) {
        JsonNode hard = quota.path("status").has("hard") ? quota.at("/status/hard") : quota.at("/spec/hard");
        JsonNode used = quota.at("/status/used");
        String name = "The quota " + quota.at("/metadata/name").asText() + " of the namespace " + namespace;
        hard.properties().forEach(limit -> {
            String resource = limit.getKey();
            BigDecimal free = amount(limit.getValue()).subtract(amount(used.path(resource)));
            BigDecimal needed = more(resource, BigDecimal.ZERO);
            if (!coming.containsKey(resource)) {
                unsaid(name, resource);
            } else if (needed.signum() > 0 && needed.compareTo(free) > 0) {
                findings.refuse(
                        "QUOTA_EXCEEDED",
                        name + " has " + text(resource, free.max(BigDecimal.ZERO)) + " of " + resource
                                + " left, the agent needs " + text(resource, needed) + " more.",
                        "raise the quota, ask for less, or remove what is not needed.");
            } else if (rolls
                    && more(resource, onePod.getOrDefault(resource, BigDecimal.ZERO))
                                    .compareTo(free)
                            > 0) {
                findings.warn(name + " has no room for one more pod (" + resource + ": " + text(resource, free)
                        + " left): a new release of the agent cannot start beside the old one.");
            }
        });
    }

    private BigDecimal more(String resource, BigDecimal surge) {
        return coming.getOrDefault(resource, BigDecimal.ZERO)
                .add(surge)
                .subtract(running.getOrDefault(resource, BigDecimal.ZERO));
    }

    /** A quota of a size refuses pods that do not say theirs, unless a LimitRange says it for them. */
    private void unsaid(String name, String resource) {
        String size = resource.replaceFirst("^(?:requests|limits)\\.", "");
        if (SIZES.contains(size)) {
            findings.warn(
                    name + " limits " + resource + ", which the agent's pods do not state: they are refused unless a"
                            + " LimitRange has a default, or a customizer states it.");
        }
    }

    /** Whether a quota of these scopes means an agent's pods, which say what they need and have no deadline. */
    private static boolean counts(JsonNode spec) {
        for (JsonNode scope : spec.path("scopes")) {
            if (!SCOPES_OF_AGENTS.contains(scope.asText())) {
                return false;
            }
        }
        for (JsonNode expression : spec.at("/scopeSelector/matchExpressions")) {
            if (!SCOPES_OF_AGENTS.contains(expression.path("scopeName").asText())) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, BigDecimal> sum(List<JsonNode> objects) {
        Map<String, BigDecimal> all = new TreeMap<>();
        for (JsonNode object : objects) {
            switch (object.path("kind").asText()) {
                case "Deployment" -> {
                    add(
                            all,
                            pod(object.at("/spec/template/spec")),
                            object.at("/spec/replicas").asInt());
                    add(all, Map.of("count/deployments.apps", BigDecimal.ONE), 1);
                }
                case "PersistentVolumeClaim" -> add(all, claim(object.path("spec")), 1);
                case "Secret" -> add(all, Map.of("secrets", BigDecimal.ONE, "count/secrets", BigDecimal.ONE), 1);
                case "Service" -> add(all, Map.of("services", BigDecimal.ONE, "count/services", BigDecimal.ONE), 1);
                default -> {}
            }
        }
        return all;
    }

    private static Map<String, BigDecimal> claim(JsonNode spec) {
        BigDecimal size = amount(spec.at("/resources/requests/storage"));
        Map<String, BigDecimal> all = new TreeMap<>();
        all.put("persistentvolumeclaims", BigDecimal.ONE);
        all.put("count/persistentvolumeclaims", BigDecimal.ONE);
        all.put("requests.storage", size);
        String storageClass = spec.path("storageClassName").asText();
        if (!storageClass.isEmpty()) {
            all.put(storageClass + ".storageclass.storage.k8s.io/requests.storage", size);
            all.put(storageClass + ".storageclass.storage.k8s.io/persistentvolumeclaims", BigDecimal.ONE);
        }
        return all;
    }

    /** What one pod counts for: its containers together, or the largest init container where that is more. */
    private static Map<String, BigDecimal> pod(JsonNode spec) {
        Map<String, BigDecimal> all = new TreeMap<>();
        for (JsonNode container : spec.path("containers")) {
            add(all, container(container), 1);
        }
        for (JsonNode container : spec.path("initContainers")) {
            container(container).forEach((resource, amount) -> all.merge(resource, amount, BigDecimal::max));
        }
        all.put("pods", BigDecimal.ONE);
        all.put("count/pods", BigDecimal.ONE);
        return all;
    }

    private static Map<String, BigDecimal> container(JsonNode container) {
        Map<String, BigDecimal> all = new TreeMap<>();
        container.at("/resources/limits").properties().forEach(size -> {
            all.put("limits." + size.getKey(), amount(size.getValue()));
            // Who states a limit only asks for as much.
            all.put("requests." + size.getKey(), amount(size.getValue()));
            all.put(size.getKey(), amount(size.getValue()));
        });
        container.at("/resources/requests").properties().forEach(size -> {
            all.put("requests." + size.getKey(), amount(size.getValue()));
            all.put(size.getKey(), amount(size.getValue()));
        });
        return all;
    }

    private static void add(Map<String, BigDecimal> sum, Map<String, BigDecimal> more, int times) {
        more.forEach(
                (resource, amount) -> sum.merge(resource, amount.multiply(BigDecimal.valueOf(times)), BigDecimal::add));
    }

    private static BigDecimal amount(JsonNode text) {
        return text.isMissingNode() || text.isNull()
                ? BigDecimal.ZERO
                : new Quantity(text.asText()).getNumericalAmount();
    }

    private static String text(String resource, BigDecimal amount) {
        boolean storage = resource.contains("storage") && !resource.endsWith("claims");
        if (storage || resource.contains("memory")) {
            return io.agentlaunchpad.agent.Quantity.memoryText(amount.longValue());
        }
        return amount.stripTrailingZeros().toPlainString();
    }
}
