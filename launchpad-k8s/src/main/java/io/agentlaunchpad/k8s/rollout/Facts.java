package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Live objects as facts. Pure: the same objects at the same time give the same observation. */
public final class Facts {

    /**
     * A quota's books are settled a moment after a pod is gone, and Recreate asks for the new one in that moment; the
     * controller asks again at once.
     */
    static final Duration QUOTA_SETTLES = Duration.ofSeconds(1);

    /** What the API server says when it will say the same again. */
    private static final Pattern REFUSED = Pattern.compile("is forbidden|denied the request|is invalid|not found");

    private final Expected expected;
    private final Instant now;

    private Facts(Expected expected, Instant now) {
        this.expected = expected;
        this.now = now;
    }

    /**
     * The observation that these objects make.
     *
     * @param deployment or null where there is none
     * @param pods of the agent, of any release
     * @param events of those pods, oldest first
     */
    public static Observation of(
            Expected expected,
            @Nullable Deployment deployment,
            List<Pod> pods,
            List<Event> events,
            @Nullable Application application,
            @Nullable ResourceUse use,
            Instant now) {
        Facts facts = new Facts(expected, now);
        boolean taken = deployment != null && facts.isOf(deployment);
        return new Observation(
                now,
                deployment == null ? false : taken && facts.noticed(deployment),
                expected.replicas(),
                pods.stream()
                        .filter(facts::counts)
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                        .map(pod -> facts.instance(pod, events))
                        .toList(),
                application,
                use,
                taken && deployment != null ? facts.refusals(deployment) : List.of());
    }

    /** Whether the pod belongs to the release. */
    public static boolean isCurrent(Expected expected, Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations != null && expected.template().equals(annotations.get(Labels.TEMPLATE));
    }

    private boolean isOf(Deployment deployment) {
        Map<String, String> annotations = deployment.getMetadata().getAnnotations();
        return annotations != null
                && expected.objects().equals(annotations.get(Labels.OBJECTS))
                && generation(deployment) >= expected.generation();
    }

    /** As kubectl judges it: the controller has seen this generation and no copy is too many. */
    private boolean noticed(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus();
        return status != null
                && Objects.requireNonNullElse(status.getObservedGeneration(), 0L) >= generation(deployment)
                && Objects.requireNonNullElse(status.getUpdatedReplicas(), 0) <= expected.replicas();
    }

    private static long generation(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getMetadata().getGeneration(), 0L);
    }

    /** A pod that ends counts while the agent is being stopped; otherwise its place is taken already. */
    private boolean counts(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        boolean over = "Failed".equals(phase) || "Succeeded".equals(phase);
        boolean ends = pod.getMetadata().getDeletionTimestamp() != null;
        return expected.replicas() == 0 ? !over : !over && !ends;
    }

    private Instance instance(Pod pod, List<Event> all) {
        String uid = pod.getMetadata().getUid();
        List<Event> events = all.stream()
                .filter(event -> event.getInvolvedObject() != null
                        && Objects.equals(uid, event.getInvolvedObject().getUid()))
                .toList();
        boolean ready = ready(pod);
        Trouble trouble = ready ? null : new PodTrouble(pod, events, expected, now).find();
        return new Instance(pod.getMetadata().getName(), isCurrent(expected, pod), ready, restarts(pod), trouble);
    }

    /** Whether it takes requests. */
    public static boolean ready(Pod pod) {
        return pod.getStatus() != null
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()));
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getRestartCount)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .sum();
    }

    private List<Trouble> refusals(Deployment deployment) {
        if (deployment.getStatus() == null || !noticedAtAll(deployment)) {
            return List.of();
        }
        List<Trouble> found = new ArrayList<>();
        for (DeploymentCondition condition : deployment.getStatus().getConditions()) {
            if ("ReplicaFailure".equals(condition.getType()) && "True".equals(condition.getStatus())) {
                found.add(refusal(condition));
            }
        }
        return found;
    }

    private boolean noticedAtAll(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getStatus().getObservedGeneration(), 0L) >= generation(deployment);
    }

    private Trouble refusal(DeploymentCondition condition) {
        String message = Objects.requireNonNullElse(condition.getMessage(), "no pod could be made");
        if (message.contains("exceeded quota")) {
            Instant since =
                    condition.getLastTransitionTime() == null ? now : Instant.parse(condition.getLastTransitionTime());
            return new Trouble(
                    "QUOTA_EXCEEDED",
                    message,
                    "raise the namespace's ResourceQuota, or ask for less.",
                    !now.isBefore(since.plus(QUOTA_SETTLES)),
                    List.of());
        }
        return new Trouble(
                message.contains("PodSecurity") ? "ADMISSION_REFUSED" : String.valueOf(condition.getReason()),
                message,
                "change what the cluster's policy refuses.",
                REFUSED.matcher(message).find(),
                List.of());
    }
}
