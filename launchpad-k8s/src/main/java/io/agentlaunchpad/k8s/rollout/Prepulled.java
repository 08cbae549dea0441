package io.agentlaunchpad.k8s.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod that does nothing but have its image pulled on a node. It carries no label by which a Service would find it, and goes
 * with its Deployment at the latest, should whoever made it be killed.
 *
 * @param workload the Deployment that is to come
 * @param image to pull
 * @param node where
 * @param owner the UID of the Deployment that lives
 */
public record Prepulled(Manifest workload, String image, String node, String owner) {

    static final String LABEL = Labels.PREFIX + "pull";

    /** The same for the same image of the same agent: a second worker finds the first one's pod. */
    public String name() {
        String agent = workload.name().substring(0, Math.min(40, workload.name().length()));
        return agent + "-pull-" + Manifests.hash(image + " " + workload.name()).substring(0, 10);
    }

    /** The pod. */
    public ObjectNode pod() {
        JsonNode spec = workload.tree().at("/spec/template/spec");
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("name", name());
        metadata.putObject("labels")
                .put(Labels.MANAGED_BY, Labels.LAUNCHPAD)
                .put(LABEL, name())
                .put(
                        Labels.INSTANCE,
                        workload.tree()
                                .at("/spec/selector/matchLabels")
                                .path(Labels.AGENT)
                                .asText());
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", workload.apiVersion())
                .put("kind", workload.kind())
                .put("name", workload.name())
                .put("uid", owner);
        ObjectNode own = pod.putObject("spec");
        own.put("nodeName", node)
                .put("restartPolicy", "Never")
                .put("automountServiceAccountToken", false)
                .put("enableServiceLinks", false)
                .put("terminationGracePeriodSeconds", 0)
                .put("activeDeadlineSeconds", 600);
        for (String kept : List.of("imagePullSecrets", "securityContext", "serviceAccountName")) {
            if (spec.has(kept)) {
                own.set(kept, spec.get(kept).deepCopy());
            }
        }
        ObjectNode container = own.putArray("containers").addObject();
        container.put("name", "pull").put("image", image).put("imagePullPolicy", "IfNotPresent");
        container.putArray("command").add("node").add("-e").add("0");
        JsonNode security = Manifest.container(spec).path("securityContext");
        if (security.isObject()) {
            container.set("securityContext", security.deepCopy());
        }
        ObjectNode resources = container.putObject("resources");
        resources.putObject("requests").put("cpu", "1m").put("memory", "16Mi");
        resources.putObject("limits").put("cpu", "200m").put("memory", "96Mi");
        return pod;
    }

    /** Under which name the pod's changes are heard. */
    public static String listener(String pod) {
        return "pull " + pod;
    }

    /** Empty while nothing is known; else the trouble, if there is one. */
    public static Optional<Optional<Trouble>> verdict(@Nullable Pod pod) {
        if (pod == null || pod.getStatus() == null) {
            return Optional.empty();
        }
        Expected none = new Expected("", "", "", "", 1, "", 0, Duration.ZERO);
        Trouble trouble = new PodTrouble(pod, List.of(), none, Instant.now()).find();
        if (trouble != null && trouble.fatal() && trouble.code().contains("Image")) {
            return Optional.of(Optional.of(trouble));
        }
        boolean pulled = pod.getStatus().getContainerStatuses().stream().anyMatch(Prepulled::started);
        boolean over = "Failed".equals(pod.getStatus().getPhase())
                || "Succeeded".equals(pod.getStatus().getPhase());
        return pulled || over ? Optional.of(Optional.empty()) : Optional.empty();
    }

    private static boolean started(ContainerStatus container) {
        return container.getState() != null
                && (container.getState().getRunning() != null
                        || container.getState().getTerminated() != null
                        || (container.getState().getWaiting() != null
                                && String.valueOf(container
                                                .getState()
                                                .getWaiting()
                                                .getReason())
                                        .matches("RunContainerError|CreateContainerError|CrashLoopBackOff")));
    }
}
