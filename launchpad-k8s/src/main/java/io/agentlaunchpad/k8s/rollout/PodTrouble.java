package io.agentlaunchpad.k8s.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.health.Instance.Trouble;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a pod from running, and whether waiting can help. The words are the kubelet's, the scheduler's and the
 * runner's own; the reasons are those of kubelet 1.30 to 1.34.
 */
final class PodTrouble {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A registry's definite no: asking again gives the same answer. */
    private static final Pattern DEFINITE = Pattern.compile(
            "not found|manifest unknown|name unknown|unauthorized|authentication required|access denied|denied:"
                    + "|forbidden|authorization failed|no basic auth|does not exist|invalid reference|no match for platform",
            Pattern.CASE_INSENSITIVE);

    /** What a container cannot outlive, in the kubelet's words. */
    private static final Set<String> NEVER = Set.of(
            "InvalidImageName",
            "ErrImageNeverPull",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "ImageInspectError",
            "SignatureValidationFailed");

    /** Words of a fault that passes: caches that fill, a runtime that restarts, a name that is freed. */
    private static final Pattern PASSING = Pattern.compile(
            "failed to sync|timed out|deadline exceeded|is reserved for|connection refused|Unavailable");

    /** The runner's codes for things outside the agent, which may come back: then only a crash loop is the end. */
    private static final Set<String> MAY_PASS =
            Set.of("DATABASE_UNREACHABLE", "DATA_DIR_IN_USE", "START_TIMEOUT", "UNCAUGHT", "DISK_FULL");

    /** A scheduler that was away knows claims before their volumes. */
    private static final Pattern VOLUME_PENDING = Pattern.compile(
            "unbound immediate PersistentVolumeClaims|waiting for (first consumer|a volume)|persistentvolume(claim)? .* not found"
                    + "|bound to non-existent pv");

    /** After an outage of the API server nodes look dead until their kubelets have called again. */
    private static final Pattern NODE_AWAY = Pattern.compile("node\\.kubernetes\\.io/(not-ready|unreachable)");

    /** What a volume names and nobody has made. A driver that is not found on a fresh node has yet to register there. */
    private static final Pattern ABSENT =
            Pattern.compile("(secret|configmap|persistentvolumeclaim)s? \"[^\"]*\" not found|references non-existent");

    private static final int MOUNTS_TRIED = 3;

    /** So long drivers may take to register and volumes to be made; the first attempts are seconds apart. */
    private static final Duration MOUNTS_SETTLE = Duration.ofMinutes(2);

    private final Pod pod;
    private final List<Event> events;
    private final Expected expected;
    private final Instant now;

    PodTrouble(Pod pod, List<Event> events, Expected expected, Instant now) {
        this.pod = pod;
        this.events = events;
        this.expected = expected;
        this.now = now;
    }

    /** The most telling trouble, or null. */
    @Nullable
    Trouble find() {
        Trouble unscheduled = unscheduled();
        if (unscheduled != null) {
            return unscheduled;
        }
        Trouble waits = null;
        for (ContainerStatus container : containers()) {
            Trouble trouble = of(container);
            if (trouble != null && trouble.fatal()) {
                return trouble;
            }
            waits = waits == null ? trouble : waits;
        }
        Trouble told = fromEvents();
        return told != null && (told.fatal() || waits == null) ? told : waits;
    }

    private @Nullable Trouble unscheduled() {
        PodCondition condition = condition("PodScheduled");
        if (condition == null
                || !"False".equals(condition.getStatus())
                || !"Unschedulable".equals(condition.getReason())) {
            return null;
        }
        String message = Objects.requireNonNullElse(condition.getMessage(), "no node fits");
        if (VOLUME_PENDING.matcher(message).find()) {
            return new Trouble(
                    "VolumePending",
                    message,
                    "wait; if it lasts, check the storage class and its provisioner.",
                    false,
                    List.of());
        }
        if (NODE_AWAY.matcher(message).find()) {
            return new Trouble("NodeNotReady", message, "wait; if it lasts, look at the nodes.", false, List.of());
        }
        boolean waited = lasts(expected.waitForNodes());
        return new Trouble(
                "Unschedulable",
                message,
                "ask for less (resources.memory, resources.cpu), add a node, or allow time for one to come"
                        + " (KubernetesPlatform.waitingForNodes).",
                waited,
                List.of());
    }

    private @Nullable Trouble of(ContainerStatus container) {
        ContainerState state = container.getState();
        if (Boolean.TRUE.equals(container.getReady()) || state == null) {
            return null;
        }
        Optional<ContainerStateTerminated> ended = Optional.ofNullable(state.getTerminated())
                .or(() -> Optional.ofNullable(container.getLastState()).map(ContainerState::getTerminated));
        boolean done = ended.isPresent() && ended.get().getExitCode() == 0 && isInit(container);
        if (done) {
            return null;
        }
        ContainerStateWaiting waiting = state.getWaiting();
        boolean looping = waiting != null && "CrashLoopBackOff".equals(waiting.getReason());
        if (waiting != null && !looping && waiting.getReason() != null) {
            Trouble image = waiting(container, waiting);
            if (image != null) {
                return image;
            }
        }
        if (ended.isEmpty()) {
            return looping
                    ? new Trouble("CrashLoopBackOff", text(waiting), "read the last log lines.", true, List.of())
                    : null;
        }
        return terminated(container, ended.get(), looping);
    }

    private @Nullable Trouble waiting(ContainerStatus container, ContainerStateWaiting waiting) {
        String reason = waiting.getReason();
        String message = text(waiting);
        String image = String.valueOf(container.getImage());
        if (reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff")) {
            boolean definite = DEFINITE.matcher(message).find();
            return new Trouble(
                    reason,
                    "The image " + image + " cannot be pulled: " + message,
                    definite
                            ? "check that the image exists and that the namespace has a secret that may pull it"
                                    + " (KubernetesPlatform.imagePullSecret)."
                            : "check that the nodes reach the registry.",
                    definite || reason.equals("ImagePullBackOff"),
                    List.of());
        }
        if (reason.equals("InvalidImageName") || reason.equals("ErrImageNeverPull")) {
            return new Trouble(reason, message, "correct the image's name.", true, List.of());
        }
        if (reason.equals("CreateContainerConfigError")) {
            return new Trouble(
                    reason,
                    message,
                    "provide the secret or key that is named, or launch the agent again with its secrets.",
                    !PASSING.matcher(message).find(),
                    List.of());
        }
        if (NEVER.contains(reason)) {
            return new Trouble(
                    reason,
                    message,
                    "correct what the node names.",
                    !PASSING.matcher(message).find(),
                    List.of());
        }
        return null;
    }

    private Trouble terminated(ContainerStatus container, ContainerStateTerminated ended, boolean looping) {
        boolean agent = AgentContainer.is(container) && !isInit(container);
        String where =
                agent ? "The agent" : (isInit(container) ? "Init container " : "Container ") + container.getName();
        if ("OOMKilled".equals(ended.getReason())) {
            return new Trouble(
                    "OOMKilled",
                    where + " used more memory than its limit and was killed.",
                    agent ? "raise resources.memory." : "raise that container's memory limit.",
                    true,
                    List.of());
        }
        Trouble own = lastWord(ended, looping);
        if (own != null) {
            return own;
        }
        if ("StartError".equals(ended.getReason()) || "ContainerCannotRun".equals(ended.getReason())) {
            return new Trouble(
                    ended.getReason(),
                    where + " cannot be started: " + ended.getMessage(),
                    "correct the image's command.",
                    true,
                    List.of());
        }
        String how = ended.getSignal() != null && ended.getSignal() != 0
                ? "by signal " + ended.getSignal()
                : "with exit code " + ended.getExitCode();
        Trouble probe = failedProbe();
        if (probe != null) {
            return probe;
        }
        return new Trouble(
                looping ? "CrashLoopBackOff" : "EXITED",
                where + " ended " + how + (looping ? ", again and again" : "")
                        + (ended.getMessage() == null || ended.getMessage().isBlank()
                                ? "."
                                : ": " + ended.getMessage().strip()),
                agent ? "read the last log lines." : "read that container's log.",
                looping,
                List.of());
    }

    /** The runner's failure line, which it also writes to the termination log. */
    private static @Nullable Trouble lastWord(ContainerStateTerminated ended, boolean looping) {
        String message = Objects.requireNonNullElse(ended.getMessage(), "");
        int at = message.lastIndexOf("{\"launchpad\":\"failed\"");
        if (at < 0) {
            return null;
        }
        try {
            JsonNode line =
                    JSON.readTree(message.substring(at).lines().findFirst().orElse("{}"));
            String code = line.path("code").asText("UNCAUGHT");
            return new Trouble(
                    code,
                    line.path("message").asText("The agent ended."),
                    line.path("fix").asText("read the log."),
                    looping || !MAY_PASS.contains(code),
                    List.of());
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private @Nullable Trouble fromEvents() {
        if (ready()) {
            return null;
        }
        Trouble probe = failedProbe();
        return probe == null && creating() ? failedSetUp() : probe;
    }

    private @Nullable Trouble failedProbe() {
        for (Event event : events) {
            String message = String.valueOf(event.getMessage());
            if ("Killing".equals(event.getReason()) && message.contains("failed startup probe")) {
                String last = events.stream()
                        .filter(each -> "Unhealthy".equals(each.getReason()))
                        .map(each -> String.valueOf(each.getMessage()))
                        .filter(each -> each.startsWith("Startup probe"))
                        .reduce((first, second) -> second)
                        .map(each -> " " + each)
                        .orElse("");
                return new Trouble(
                        "STARTUP_PROBE_FAILED",
                        "The agent did not become ready in the time its startup probe allows." + last,
                        "read the last log lines.",
                        true,
                        List.of());
            }
        }
        return null;
    }

    private @Nullable Trouble failedSetUp() {
        Trouble found = null;
        for (Event event : events) {
            String reason = String.valueOf(event.getReason());
            String message = String.valueOf(event.getMessage());
            if (reason.equals("FailedMount") || reason.equals("FailedAttachVolume")) {
                boolean definite = ABSENT.matcher(message).find()
                        && !PASSING.matcher(message).find();
                boolean waited = lasts(MOUNTS_SETTLE) && lasts(expected.waitForNodes());
                found = new Trouble(
                        reason,
                        message,
                        definite ? "create what is missing." : "check the volume and its driver.",
                        definite || (waited && times(event) >= MOUNTS_TRIED),
                        List.of());
            } else if (reason.equals("FailedCreatePodSandBox")) {
                found = new Trouble(
                        reason,
                        message,
                        "check the node's container runtime and network.",
                        times(event) >= 2 * MOUNTS_TRIED,
                        List.of());
            }
            if (found != null && found.fatal()) {
                return found;
            }
        }
        return found;
    }

    private static int times(Event event) {
        int series = event.getSeries() == null || event.getSeries().getCount() == null
                ? 0
                : event.getSeries().getCount();
        return Math.max(series, event.getCount() == null ? 1 : event.getCount());
    }

    private boolean creating() {
        List<ContainerStatus> all = containers();
        return all.isEmpty()
                || all.stream()
                        .map(ContainerStatus::getState)
                        .anyMatch(state -> state != null
                                && state.getWaiting() != null
                                && Set.of("ContainerCreating", "PodInitializing")
                                        .contains(String.valueOf(
                                                state.getWaiting().getReason())));
    }

    private boolean ready() {
        PodCondition condition = condition("Ready");
        return condition != null && "True".equals(condition.getStatus());
    }

    /** Whether the pod was made so long ago. */
    private boolean lasts(Duration time) {
        String created = pod.getMetadata().getCreationTimestamp();
        return !now.isBefore((created == null ? now : Instant.parse(created)).plus(time));
    }

    private boolean isInit(ContainerStatus container) {
        return pod.getStatus().getInitContainerStatuses().contains(container);
    }

    private List<ContainerStatus> containers() {
        List<ContainerStatus> all = new ArrayList<>();
        if (pod.getStatus() != null) {
            all.addAll(pod.getStatus().getInitContainerStatuses());
            all.addAll(pod.getStatus().getContainerStatuses());
        }
        return all;
    }

    private @Nullable PodCondition condition(String type) {
        if (pod.getStatus() == null) {
            return null;
        }
        return pod.getStatus().getConditions().stream()
                .filter(each -> type.equals(each.getType()))
                .findFirst()
                .orElse(null);
    }

    private static String text(@Nullable ContainerStateWaiting waiting) {
        String message = waiting == null ? null : waiting.getMessage();
        return message == null || message.isBlank()
                ? waiting == null ? "" : waiting.getReason().toLowerCase(Locale.ROOT)
                : message.strip();
    }
}
