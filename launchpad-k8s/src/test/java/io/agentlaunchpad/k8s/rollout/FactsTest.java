package io.agentlaunchpad.k8s.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of troubles, in the words that kubelet, scheduler and controllers use. */
class FactsTest {

    /** When each pod was made. */
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant NOW = CREATED.plusSeconds(60);
    private static final String RUNNER =
            "{\\\"launchpad\\\":\\\"failed\\\",\\\"code\\\":\\\"%s\\\",\\\"message\\\":\\\"m\\\",\\\"fix\\\":\\\"f\\\"}";

    static Stream<Arguments> states() {
        return Stream.of(
                row(
                        "image not found",
                        "waiting: {reason: ErrImagePull, message: 'rpc error: code = NotFound desc = failed to pull and unpack image \"r/a@sha256:0\": not found'}",
                        "ErrImagePull",
                        true),
                row(
                        "no right to pull",
                        "waiting: {reason: ErrImagePull, message: 'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized'}",
                        "ErrImagePull",
                        true),
                row(
                        "registry away, first time",
                        "waiting: {reason: ErrImagePull, message: 'dial tcp 10.0.0.1:443: connect: connection refused'}",
                        "ErrImagePull",
                        false),
                row(
                        "registry away, again",
                        "waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"r/a\": ErrImagePull: dial tcp: i/o timeout'}",
                        "ImagePullBackOff",
                        true),
                row(
                        "bad name",
                        "waiting: {reason: InvalidImageName, message: 'couldn''t parse image name'}",
                        "InvalidImageName",
                        true),
                row(
                        "key missing",
                        "waiting: {reason: CreateContainerConfigError, message: 'couldn''t find key K in Secret ns/s'}",
                        "CreateContainerConfigError",
                        true),
                row(
                        "secret cache not filled",
                        "waiting: {reason: CreateContainerConfigError, message: 'failed to sync secret cache: timed out waiting for the condition'}",
                        "CreateContainerConfigError",
                        false),
                row(
                        "runtime restarts",
                        "waiting: {reason: CreateContainerError, message: 'context deadline exceeded'}",
                        "CreateContainerError",
                        false),
                row(
                        "command missing",
                        "waiting: {reason: RunContainerError, message: 'exec: \"node\": executable file not found in $PATH'}",
                        "RunContainerError",
                        true),
                row("starting", "waiting: {reason: ContainerCreating}", null, false),
                row("running", "running: {startedAt: '2026-01-01T00:00:00Z'}", null, false),
                row("memory", "terminated: {exitCode: 137, reason: OOMKilled}", "OOMKilled", true),
                row("ended once", "terminated: {exitCode: 1, reason: Error}", "EXITED", false),
                row(
                        "plugin",
                        "terminated: {exitCode: 1, reason: Error, message: \"" + RUNNER.formatted("PLUGIN_INIT_FAILED")
                                + "\"}",
                        "PLUGIN_INIT_FAILED",
                        true),
                row(
                        "database away",
                        "terminated: {exitCode: 1, reason: Error, message: \""
                                + RUNNER.formatted("DATABASE_UNREACHABLE") + "\"}",
                        "DATABASE_UNREACHABLE",
                        false),
                row(
                        "cannot start",
                        "terminated: {exitCode: 128, reason: StartError, message: 'no such file'}",
                        "StartError",
                        true));
    }

    private static Arguments row(String name, String state, @Nullable String code, boolean fatal) {
        return Arguments.of(name, state, code, fatal);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void a_container_state_means(String name, String state, @Nullable String code, boolean fatal) {
        Trouble trouble = trouble(pod("Pending", "state: {" + state + "}"));

        assertThat(trouble == null ? null : trouble.code()).isEqualTo(code);
        assertThat(trouble != null && trouble.fatal()).isEqualTo(fatal);
        assertThat(trouble == null || !trouble.fix().isBlank()).isTrue();
    }

    @Test
    void a_crash_loop_is_told_in_the_runners_words_whatever_its_code() {
        String last =
                "lastState: {terminated: {exitCode: 1, message: \"" + RUNNER.formatted("DATABASE_UNREACHABLE") + "\"}}";
        Trouble trouble = trouble(pod(
                "Running",
                "state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s restarting}}, restartCount: 2, "
                        + last));

        assertThat(trouble)
                .extracting(Trouble::code, Trouble::fatal, Trouble::message)
                .containsExactly("DATABASE_UNREACHABLE", true, "m");
    }

    @Test
    void a_crash_loop_without_words_tells_the_exit_code() {
        Trouble trouble = trouble(
                pod(
                        "Running",
                        "state: {waiting: {reason: CrashLoopBackOff}}, restartCount: 2, lastState: {terminated: {exitCode: 7}}"));

        assertThat(trouble).extracting(Trouble::code, Trouble::fatal).containsExactly("CrashLoopBackOff", true);
        assertThat(trouble.message()).contains("exit code 7");
    }

    @Test
    void what_happened_before_is_no_trouble_of_a_container_that_is_ready() {
        Pod pod = pod(
                "Running",
                "ready: true, state: {running: {}}, restartCount: 1, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}");

        assertThat(trouble(pod)).isNull();
    }

    @Test
    void a_failed_init_container_is_named() {
        Pod pod = Serialization.unmarshal("""
                metadata: {name: p, uid: u, creationTimestamp: '2026-01-01T00:00:00Z', annotations: {agentlaunchpad.io/template: t}}
                status:
                  phase: Pending
                  initContainerStatuses:
                    - {name: migrate, state: {waiting: {reason: CrashLoopBackOff}}, restartCount: 1, lastState: {terminated: {exitCode: 3}}}
                  containerStatuses:
                    - {name: agent, state: {waiting: {reason: PodInitializing}}}
                """, Pod.class);

        assertThat(trouble(pod).message()).contains("Init container migrate").contains("exit code 3");
        assertThat(trouble(pod).fatal()).isTrue();
    }

    @Test
    void unschedulable_is_the_end_unless_nodes_may_come_or_a_volume_is_on_its_way() {
        Pod pod = unscheduled("0/1 nodes are available: 1 Insufficient memory.");

        assertThat(trouble(pod)).extracting(Trouble::code, Trouble::fatal).containsExactly("Unschedulable", true);
        assertThat(instance(pod, List.of(), Duration.ofMinutes(2)).fatal()).isFalse();
        assertThat(instance(pod, List.of(), Duration.ofSeconds(59)).fatal()).isTrue();
        assertThat(trouble(unscheduled("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."))
                        .fatal())
                .isFalse();
    }

    @Test
    void what_a_control_plane_says_just_after_an_outage_is_not_the_end() {
        Trouble volume =
                trouble(unscheduled("0/1 nodes are available: persistentvolume \"pvc-1\" not found. not found"));
        Trouble bound =
                trouble(unscheduled("0/1 nodes are available: 1 node(s) unavailable due to one or more pvc(s) bound"
                        + " to non-existent pv(s)."));
        Trouble node = trouble(unscheduled("0/1 nodes are available: 1 node(s) had untolerated taint"
                + " {node.kubernetes.io/unreachable: }. preemption: 0/1 nodes are available"));

        assertThat(volume).extracting(Trouble::code, Trouble::fatal).containsExactly("VolumePending", false);
        assertThat(bound).extracting(Trouble::code, Trouble::fatal).containsExactly("VolumePending", false);
        assertThat(node).extracting(Trouble::code, Trouble::fatal).containsExactly("NodeNotReady", false);
    }

    @Test
    void a_mount_that_names_what_is_missing_is_the_end_and_another_after_three_attempts_and_two_minutes() {
        for (String missing : List.of(
                "MountVolume.SetUp failed for volume \"v\" : secret \"x\" not found",
                "MountVolume.SetUp failed for volume \"v\" : configmap \"x\" not found",
                "MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: k",
                "error processing PVC ns/x: failed to fetch PVC from API server: persistentvolumeclaims \"x\" not found")) {
            assertThat(mount("FailedMount", missing, 1, NOW, Duration.ZERO))
                    .as(missing)
                    .isTrue();
        }
        String device = "MountVolume.WaitForAttach failed for volume \"v\" : timed out waiting for device";
        assertThat(mount("FailedMount", device, 9, CREATED.plusSeconds(119), Duration.ZERO))
                .isFalse();
        assertThat(mount("FailedMount", device, 2, CREATED.plusSeconds(120), Duration.ZERO))
                .isFalse();
        assertThat(mount("FailedMount", device, 3, CREATED.plusSeconds(120), Duration.ZERO))
                .isTrue();
    }

    @Test
    void a_node_whose_volume_driver_registers_only_now_and_a_volume_that_is_still_made_are_waited_for() {
        for (Event event : List.of(
                event(
                        "FailedMount",
                        "MountVolume.MountDevice failed for volume \"pvc-1\" : kubernetes.io/csi: attacher.MountDevice failed"
                                + " to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of"
                                + " registered CSI drivers",
                        5),
                event(
                        "FailedAttachVolume",
                        "AttachVolume.Attach failed for volume \"pvc-1\" : CSINode n does not contain driver"
                                + " ebs.csi.aws.com",
                        3),
                event(
                        "FailedAttachVolume",
                        "AttachVolume.Attach failed for volume \"pvc-1\" : rpc error: code = Internal desc = volume is"
                                + " being created",
                        3))) {
            String message = event.getMessage();
            int count = event.getCount();
            assertThat(mount(event.getReason(), message, count, NOW, Duration.ZERO))
                    .as(message)
                    .isFalse();
            assertThat(mount(event.getReason(), message, count, CREATED.plusSeconds(120), Duration.ofMinutes(5)))
                    .as("a node may come within five minutes: %s", message)
                    .isFalse();
            assertThat(mount(event.getReason(), message, count, CREATED.plusSeconds(300), Duration.ofMinutes(5)))
                    .as(message)
                    .isTrue();
        }
    }

    @Test
    void an_exhausted_startup_probe_is_told_with_its_last_answer() {
        Pod pod = pod("Running", "state: {running: {}}, started: false");

        Trouble trouble = instance(
                pod,
                List.of(
                        event("Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503", 60),
                        event("Killing", "Container agent failed startup probe, will be restarted", 1)),
                Duration.ZERO);

        assertThat(trouble).extracting(Trouble::code, Trouble::fatal).containsExactly("STARTUP_PROBE_FAILED", true);
        assertThat(trouble.message()).contains("503");
    }

    @Test
    void an_event_of_another_pod_says_nothing() {
        Pod pod = pod("Pending", "state: {waiting: {reason: ContainerCreating}}");
        Event event = event("FailedMount", "secret \"x\" not found", 1);
        event.getInvolvedObject().setUid("other");

        assertThat(instance(pod, List.of(event), Duration.ZERO)).isNull();
    }

    @Test
    void a_refusal_of_pods_is_the_end_once_it_has_lasted_a_moment() {
        String policy = "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\"";
        String quota =
                "pods \"a\" is forbidden: exceeded quota: q, requested: memory=1Gi, used: memory=1Gi, limited: memory=1Gi";
        Instant later = NOW.plus(Facts.CHANGE_SETTLES);
        assertThat(refusal(policy, NOW))
                .extracting(Trouble::code, Trouble::fatal)
                .containsExactly("ADMISSION_REFUSED", false);
        assertThat(refusal(quota, NOW))
                .extracting(Trouble::code, Trouble::fatal)
                .containsExactly("QUOTA_EXCEEDED", false);
        assertThat(refusal(policy, later).fatal()).isTrue();
        assertThat(refusal(quota, later).fatal()).isTrue();
        assertThat(refusal("Internal error occurred: failed calling webhook", later)
                        .fatal())
                .isFalse();
        assertThat(refusal("pods \"a\" is forbidden: status unknown for quota: q, resources: pods", later)
                        .fatal())
                .as("its controller has yet to count")
                .isFalse();
        Deployment first = refusing(quota);
        first.getMetadata().setGeneration(1L);
        Instant soon = NOW.plus(Facts.QUOTA_SETTLES);
        assertThat(Facts.of(expected(1, 1, Duration.ZERO), first, List.of(), List.of(), null, null, null, soon)
                        .refusals())
                .as("of a new Deployment, which can be no other release's")
                .extracting(Trouble::fatal)
                .containsExactly(true);
    }

    @Test
    void a_refusal_lasts_since_this_release_was_first_seen_with_it_whatever_the_cluster_says() {
        Deployment old = refusing("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\"");
        Deployment anew = refusing("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\"");
        anew.getMetadata().setGeneration(6L);
        Instant later = NOW.plusSeconds(60);
        Facts.Refused first = Facts.Refused.after(null, old, NOW);
        assertThat(Facts.Refused.after(first, old, later)).isEqualTo(first);

        assertThat(Facts.Refused.after(first, anew, later))
                .as("not noticed yet")
                .isNull();
        anew.getStatus().setObservedGeneration(6L);
        Facts.Refused second = Facts.Refused.after(first, anew, later);

        assertThat(second).isEqualTo(new Facts.Refused(6, later));
        assertThat(Facts.of(expected(1, 4, Duration.ZERO), anew, List.of(), List.of(), null, null, second, later)
                        .refusals())
                .extracting(Trouble::fatal)
                .containsExactly(false);
        assertThat(Facts.Refused.after(second, deployment("h", 6, 6, 1), later)).isNull();
    }

    @Test
    void the_other_releases_refusal_is_none_of_a_release_whose_pods_are_all_there() {
        Deployment deployment = refusing("pods \"a\" is forbidden: exceeded quota: q");
        Pod pod = pod("Running", "ready: true, state: {running: {}}");

        assertThat(observe(expected(1, 4, Duration.ZERO), deployment, pod).refusals())
                .isEmpty();
        assertThat(observe(expected(2, 4, Duration.ZERO), deployment, pod).refusals())
                .hasSize(1);
    }

    @Test
    void only_the_release_that_the_controller_has_seen_counts() {
        assertThat(seen(deployment("h", 5, 5, 1))).isTrue();
        assertThat(seen(deployment("other", 5, 5, 1))).isFalse();
        assertThat(seen(deployment("h", 5, 4, 1))).as("not noticed yet").isFalse();
        assertThat(seen(deployment("h", 3, 3, 1)))
                .as("older than what was applied")
                .isFalse();
        assertThat(seen(deployment("h", 5, 5, 2))).as("one copy too many").isFalse();
        assertThat(seen(null)).isFalse();
    }

    @Test
    void a_deployment_that_another_process_made_anew_counts_its_generations_from_one() {
        Deployment anew = deployment("h", 1, 1, 1);
        assertThat(seen(anew)).isFalse();

        anew.getMetadata().setUid("d-2");

        assertThat(seen(anew)).isTrue();
    }

    @Test
    void a_pod_that_ends_counts_only_while_the_agent_is_being_stopped() {
        Pod pod = pod("Running", "ready: true, state: {running: {}}");
        pod.getMetadata().setDeletionTimestamp("2026-01-01T00:00:30Z");

        assertThat(observe(expected(1, 4, Duration.ZERO), null, pod).instances())
                .isEmpty();
        assertThat(observe(expected(0, 4, Duration.ZERO), null, pod).instances())
                .hasSize(1);
    }

    @Test
    void an_evicted_pod_is_no_instance() {
        assertThat(observe(expected(1, 4, Duration.ZERO), null, pod("Failed", "state: {terminated: {exitCode: 137}}"))
                        .instances())
                .isEmpty();
    }

    private static boolean seen(@Nullable Deployment deployment) {
        return Facts.of(expected(1, 4, Duration.ZERO), deployment, List.of(), List.of(), null, null, null, NOW)
                .seen();
    }

    private static Trouble refusal(String message, Instant now) {
        Deployment deployment = refusing(message);
        Facts.Refused refused = Facts.Refused.after(null, deployment, NOW);
        return Facts.of(expected(1, 4, Duration.ZERO), deployment, List.of(), List.of(), null, null, refused, now)
                .refusals()
                .get(0);
    }

    private static Deployment refusing(String message) {
        Deployment deployment = deployment("h", 5, 5, 0);
        deployment
                .getStatus()
                .setConditions(List.of(Serialization.unmarshal(
                        "type: ReplicaFailure\nstatus: 'True'\nreason: FailedCreate\nlastTransitionTime: '" + NOW + "'",
                        io.fabric8.kubernetes.api.model.apps.DeploymentCondition.class)));
        deployment.getStatus().getConditions().get(0).setMessage(message);
        return deployment;
    }

    private static Deployment deployment(String hash, long generation, long observed, int updated) {
        return Serialization.unmarshal("""
                metadata: {name: d, uid: d-1, generation: %d, annotations: {agentlaunchpad.io/objects: %s}}
                status: {observedGeneration: %d, updatedReplicas: %d}
                """.formatted(generation, hash, observed, updated), Deployment.class);
    }

    private static Pod unscheduled(String message) {
        Pod pod = Serialization.unmarshal("""
                metadata: {name: p, uid: u, creationTimestamp: '2026-01-01T00:00:00Z', annotations: {agentlaunchpad.io/template: t}}
                status:
                  phase: Pending
                  conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]
                """, Pod.class);
        pod.getStatus().getConditions().get(0).setMessage(message);
        return pod;
    }

    private static Pod pod(String phase, String container) {
        return Serialization.unmarshal("""
                metadata: {name: p, uid: u, creationTimestamp: '2026-01-01T00:00:00Z', annotations: {agentlaunchpad.io/template: t}}
                status:
                  phase: %s
                  containerStatuses:
                    - {name: agent, image: r/a, %s}
                """.formatted(phase, container), Pod.class);
    }

    private static Event event(String reason, String message, int count) {
        Event event = Serialization.unmarshal(
                "involvedObject: {kind: Pod, name: p, uid: u}\nreason: " + reason + "\ncount: " + count, Event.class);
        event.setMessage(message);
        return event;
    }

    private static Trouble trouble(Pod pod) {
        return instance(pod, List.of(), Duration.ZERO);
    }

    /** Whether that is the end of a pod that is being made. */
    private static boolean mount(String reason, String message, int count, Instant now, Duration waitForNodes) {
        Pod pod = pod("Pending", "state: {waiting: {reason: ContainerCreating}}");
        return instance(pod, List.of(event(reason, message, count)), waitForNodes, now)
                .fatal();
    }

    private static Trouble instance(Pod pod, List<Event> events, Duration waitForNodes) {
        return instance(pod, events, waitForNodes, NOW);
    }

    private static Trouble instance(Pod pod, List<Event> events, Duration waitForNodes, Instant now) {
        return Facts.of(expected(1, 4, waitForNodes), null, List.of(pod), events, null, null, null, now)
                .instances()
                .get(0)
                .trouble();
    }

    private static Observation observe(Expected expected, @Nullable Deployment deployment, Pod pod) {
        return Facts.of(expected, deployment, List.of(pod), List.of(), null, null, null, NOW);
    }

    private static Expected expected(int replicas, long generation, Duration waitForNodes) {
        return new Expected("a", "d", "h", "t", replicas, "d-1", generation, waitForNodes);
    }
}
