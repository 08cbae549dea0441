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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Live objects as facts. Pure: the same objects at the same time give the same observation. */
public final class Facts {

    /** A quota's books are settled a moment after a pod is gone, and the new one is asked for in that moment. */
    static final Duration QUOTA_SETTLES = Duration.ofSeconds(1);

    /** For a moment after a Deployment changed its controller tells what was refused to the release before. */
    static final Duration CHANGE_SETTLES = Duration.ofSeconds(3);

    /** What the API server says when it will say the same again. */
    private static final Pattern REFUSED = Pattern.compile("is forbidden|denied the request|is invalid|not found");

    /** A quota that was made a moment ago and that its controller has yet to count: no refusal of this pod. */
    private static final String UNCOUNTED = "status unknown for quota";

    private final Expected expected;
    private final @Nullable Refused refused;
    private final Instant now;

    private Facts(Expected expected, @Nullable Refused refused, Instant now) {
        this.expected = expected;
        this.refused = refused;
        this.now = now;
    }

    /**
     * That an observer sees pods refused, and since when. The cluster's own time of it may be that of another release.
     *
     * @param generation of the Deployment
     * @param since the first look that saw it
     */
    public record Refused(long generation, Instant since) {

        /** What an observer knows after one more look. */
        public static @Nullable Refused after(@Nullable Refused before, @Nullable Deployment deployment, Instant now) {
            if (deployment == null || failures(deployment).isEmpty()) {
                return null;
            }
            long generation = Facts.generation(deployment);
            return before != null && before.generation == generation ? before : new Refused(generation, now);
        }
    }

    /**
     * The observation that these objects make.
     *
     * @param deployment or null where there is none
     * @param pods of the agent, of any release
     * @param events of those pods, oldest first
     * @param refused what the observer knows from its looks; null where this is its only one
     */
    public static Observation of(
            Expected expected,
            @Nullable Deployment deployment,
            List<Pod> pods,
            List<Event> events,
            @Nullable Application application,
            @Nullable ResourceUse use,
            @Nullable Refused refused,
            Instant now) {
        Facts facts = new Facts(expected, refused, now);
        boolean taken = deployment != null && facts.isOf(deployment);
        List<Instance> instances = pods.stream()
                .filter(facts::counts)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .map(pod -> facts.instance(pod, events))
                .toList();
        // What is refused while no pod is missing is another release's pod, for which the controller still speaks.
        boolean missing = instances.stream().filter(Instance::current).count() < expected.replicas();
        return new Observation(
                now,
                deployment == null ? false : taken && facts.noticed(deployment),
                expected.replicas(),
                instances,
                application,
                use,
                taken && missing && deployment != null
                        ? failures(deployment).stream()
                                .map(each -> facts.refusal(each, generation(deployment)))
                                .toList()
                        : List.of());
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
                && (!expected.uid().equals(deployment.getMetadata().getUid())
                        || generation(deployment) >= expected.generation());
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

    private static List<DeploymentCondition> failures(Deployment deployment) {
        if (deployment.getStatus() == null || !noticedAtAll(deployment)) {
            return List.of();
        }
        return deployment.getStatus().getConditions().stream()
                .filter(each -> "ReplicaFailure".equals(each.getType()) && "True".equals(each.getStatus()))
                .toList();
    }

    private static boolean noticedAtAll(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getStatus().getObservedGeneration(), 0L) >= generation(deployment);
    }

    private Trouble refusal(DeploymentCondition condition, long generation) {
        String message = Objects.requireNonNullElse(condition.getMessage(), "no pod could be made");
        String transition = condition.getLastTransitionTime();
        Instant since = refused != null ? refused.since() : transition == null ? now : Instant.parse(transition);
        boolean lasts = !now.isBefore(since.plus(generation > 1 ? CHANGE_SETTLES : QUOTA_SETTLES));
        if (message.contains("exceeded quota")) {
            return new Trouble(
                    "QUOTA_EXCEEDED",
                    message,
                    "raise the namespace's ResourceQuota, or ask for less.",
                    lasts,
                    List.of());
        }
        return new Trouble(
                message.contains("PodSecurity") ? "ADMISSION_REFUSED" : String.valueOf(condition.getReason()),
                message,
                "change what the cluster's policy refuses.",
                lasts && REFUSED.matcher(message).find() && !message.contains(UNCOUNTED),
                List.of());
    }
}
