package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.SecretRef;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.release.Release.Run;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTlsRegistry;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.TlsRegistry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot succeed is doomed as soon as the cluster knows. Every state is provoked, and the time to the verdict measured. */
@RealCluster
@RealRegistry
@RealTlsRegistry
class DoomedStatesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Far from every deadline, also on a busy machine. The goal, 1.5 s, is for the printed table of a quiet one. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private static final StringBuilder TABLE = new StringBuilder();

    private static Cluster cluster;
    private static TinyImage images;
    private static KubernetesClient eye;
    private static String tls;

    @BeforeAll
    static void open(Cluster own, Registry registry, TlsRegistry other) {
        cluster = own;
        cluster.enforce("restricted");
        images = new TinyImage(registry);
        eye = new Connection(cluster.kubeconfig(), cluster.context(), false).open();
        tls = other.baseImage();
    }

    @AfterAll
    static void print() {
        eye.close();
        System.out.println("state | code | first sign to verdict, ms | removal, ms\n" + TABLE);
    }

    @Test
    void an_image_that_does_not_exist() {
        Trouble doom = doomed("bad image", images.missing(), Sign.container("ErrImagePull", "ImagePullBackOff"));

        assertThat(doom.code()).isIn("ErrImagePull", "ImagePullBackOff");
        assertThat(doom.message()).contains("not found");
    }

    @Test
    void an_image_without_the_right_to_pull_it() {
        Artifact image = new Artifact.Image(ImageRef.parse(tls.substring(0, tls.lastIndexOf(':')))
                .withDigest("sha256:" + "fedcba9876543210".repeat(4)));
        Trouble doom = doomed("no pull rights", image, Sign.container("ErrImagePull", "ImagePullBackOff"));

        assertThat(doom.code()).isIn("ErrImagePull", "ImagePullBackOff");
        assertThat(doom.fix()).contains("pull");
    }

    @Test
    void a_crash_loop() {
        Trouble doom = doomed("crash loop", images.behaving("{\"exit\":7}"), Sign.container("CrashLoopBackOff"));

        assertThat(doom.code()).isEqualTo("CrashLoopBackOff");
        assertThat(doom.message()).contains("exit code 7");
        assertThat(doom.lastLines()).anyMatch(line -> line.contains("\"msg\":\"ends\""));
    }

    @Test
    void a_failure_in_the_runners_words() {
        Trouble doom = doomed("runner's failure", images.failing(), Sign.container("Error"));

        assertThat(doom.code()).isEqualTo("PLUGIN_INIT_FAILED");
        assertThat(doom.message()).isEqualTo("planted failure");
        assertThat(doom.lastLines()).anyMatch(line -> line.contains("about to fail"));
    }

    @Test
    void a_failure_beside_a_sidecar() {
        Trouble doom = doomed("beside a sidecar", images.failing(), Sign.container("Error"), pod(spec -> {
            ObjectNode sidecar = ((ObjectNode) spec.at("/containers/0")).deepCopy();
            sidecar.remove(java.util.List.of(
                    "startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports", "volumeMounts"));
            sidecar.put("name", "sidecar")
                    .putArray("command")
                    .add("node")
                    .add("-e")
                    .add("process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000)");
            spec.withArray("/containers").insert(0, sidecar);
        }));

        assertThat(doom.code()).isEqualTo("PLUGIN_INIT_FAILED");
        assertThat(doom.lastLines()).anyMatch(line -> line.contains("about to fail"));
    }

    @Test
    void too_little_memory() {
        Trouble doom = doomed(
                "OOMKilled",
                images.behaving("{\"eatMegabytes\":2000}"),
                Sign.container("OOMKilled"),
                platform -> platform,
                spec -> spec.memory("512Mi"));

        assertThat(doom.code()).isEqualTo("OOMKilled");
    }

    @Test
    void a_secret_without_the_key() {
        cluster.kubectl("create", "secret", "generic", "half", "--from-literal=present=1");
        Trouble doom = doomed(
                "missing key",
                images.healthy(1),
                Sign.container("CreateContainerConfigError"),
                platform -> platform,
                spec -> spec.secretRef("EXTRA_KEY", new SecretRef("half", "absent")));

        assertThat(doom.code()).isEqualTo("CreateContainerConfigError");
        assertThat(doom.message()).contains("absent").contains("half");
    }

    @Test
    void no_node_that_fits() {
        Trouble doom = doomed(
                "unschedulable",
                images.healthy(1),
                Sign.unschedulable(),
                pod(spec -> spec.putObject("nodeSelector").put("there-is", "none")));

        assertThat(doom.code()).isEqualTo("Unschedulable");
    }

    @Test
    void a_refusal_by_pod_security() {
        Trouble doom = doomed(
                "admission", images.healthy(1), Sign.replicaFailure(), pod(spec -> spec.put("hostNetwork", true)));

        assertThat(doom.code()).isEqualTo("ADMISSION_REFUSED");
        assertThat(doom.message()).contains("PodSecurity");
    }

    @Test
    void a_volume_that_cannot_be_mounted() {
        Trouble doom = doomed("failed mount", images.healthy(1), Sign.event("FailedMount", "not found"), pod(spec -> {
            spec.withArray("/volumes")
                    .addObject()
                    .put("name", "extra")
                    .putObject("secret")
                    .put("secretName", "absent");
            ((ObjectNode) spec.at("/containers/0"))
                    .withArray("/volumeMounts")
                    .addObject()
                    .put("name", "extra")
                    .put("mountPath", "/extra");
        }));

        assertThat(doom.code()).isEqualTo("FailedMount");
        assertThat(doom.message()).contains("absent");
    }

    @Test
    void a_startup_probe_that_is_used_up() {
        Trouble doom = doomed(
                "startup probe",
                images.behaving("{\"silent\":true}"),
                Sign.event("Killing", "failed startup probe"),
                pod(spec -> ((ObjectNode) spec.at("/containers/0/startupProbe")).put("failureThreshold", 2)));

        assertThat(doom.code()).isEqualTo("STARTUP_PROBE_FAILED");
        // Where Node is slow to listen, the probe's last word is another one than the agent's.
        assertThat(doom.message())
                .contains("Startup probe failed")
                .containsAnyOf("503", "connection refused", "deadline exceeded", "Client.Timeout");
    }

    @Test
    void an_init_container_that_fails() {
        Trouble doom = doomed("init failure", images.healthy(1), Sign.container("CrashLoopBackOff"), pod(spec -> {
            ObjectNode init = ((ObjectNode) spec.at("/containers/0")).deepCopy();
            init.remove(java.util.List.of(
                    "startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "ports", "volumeMounts"));
            init.put("name", "migrate")
                    .putArray("command")
                    .add("node")
                    .add("-e")
                    .add("process.exit(3)");
            spec.putArray("initContainers").add(init);
        }));

        assertThat(doom.code()).isEqualTo("CrashLoopBackOff");
        assertThat(doom.message()).contains("migrate").contains("3");
    }

    @Test
    void a_quota_that_is_used_up(Cluster other) {
        other.apply("{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: '0'}}}");
        // A quota that is not counted yet refuses in other words.
        other.kubectl("wait", "resourcequota/none", "--for=jsonpath={.status.hard.pods}=0", "--timeout=120s");
        try (var platform = KubernetesPlatform.context(other.context())
                .kubeconfig(other.kubeconfig())
                .namespace(other.namespace())
                .ephemeral()) {
            Trouble doom = doomed(
                    "quota", platform, other.namespace(), images.healthy(1), Sign.replicaFailure(), spec -> spec);

            assertThat(doom.code()).isEqualTo("QUOTA_EXCEEDED");
            assertThat(doom.message()).contains("none");
        } finally {
            other.kubectl("delete", "resourcequota", "none");
        }
    }

    private static UnaryOperator<KubernetesPlatform> pod(Consumer<ObjectNode> change) {
        return platform -> platform.customizing((agent, object) -> {
            if (!object.get("kind").equals(new JsonValue.Text("Deployment"))) {
                return object;
            }
            try {
                ObjectNode tree = (ObjectNode) JSON.readTree(object.pretty());
                change.accept((ObjectNode) tree.at("/spec/template/spec"));
                return (JsonValue.Obj) JsonValue.read(tree.toString().getBytes(StandardCharsets.UTF_8));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static Trouble doomed(String state, Artifact artifact, Predicate<HasMetadata> sign) {
        return doomed(state, artifact, sign, platform -> platform);
    }

    private static Trouble doomed(
            String state, Artifact artifact, Predicate<HasMetadata> sign, UnaryOperator<KubernetesPlatform> settings) {
        return doomed(state, artifact, sign, settings, spec -> spec);
    }

    private static Trouble doomed(
            String state,
            Artifact artifact,
            Predicate<HasMetadata> sign,
            UnaryOperator<KubernetesPlatform> settings,
            UnaryOperator<AgentSpec.Builder> asked) {
        KubernetesPlatform plain = KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace())
                .ephemeral();
        try (KubernetesPlatform platform = settings.apply(plain)) {
            return doomed(state, platform, cluster.namespace(), artifact, sign, asked);
        }
    }

    private static Trouble doomed(
            String state,
            Platform platform,
            String namespace,
            Artifact artifact,
            Predicate<HasMetadata> sign,
            UnaryOperator<AgentSpec.Builder> asked) {
        AgentSpec spec = asked.apply(
                        AgentSpec.named("doomed-" + UUID.randomUUID().toString().substring(0, 8))
                                .bio("Cannot run"))
                .build();
        AgentId id = AgentId.of(Owner.LOCAL, spec.name());
        Run run = new Run(1, 1);
        String objects = platform.render(new PlanRequest(id, Owner.LOCAL, spec, artifact, null, run), TestWork.of())
                .objects();
        Release release = new Release(id, 1, spec, artifact, objects, null, run, Instant.now());
        CompletableFuture<Trouble> verdict = new CompletableFuture<>();
        long[] at = new long[1];
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        try (Sign first = new Sign(eye, namespace, only(id, sign))) {
            platform.apply(release, TestFence.holding(), TestWork.of());
            try (Platform.Watch watch = platform.watch(release, facts -> {
                judge[0] = judge[0].see(facts);
                Judgement judgement = judge[0].judgement();
                if (judgement.kind() == Judgement.Kind.DOOMED && at[0] == 0) {
                    at[0] = System.nanoTime();
                    verdict.complete(judgement.doom());
                }
            })) {
                Trouble doom = verdict.get(150, TimeUnit.SECONDS);
                org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> first.at() != 0);
                long millis = (at[0] - first.at()) / 1_000_000;
                TABLE.append(state)
                        .append(" | ")
                        .append(doom.code())
                        .append(" | ")
                        .append(millis);
                assertThat(millis).as("from the first sign to the verdict").isLessThan(AT_ONCE.toMillis());
                return doom;
            } catch (java.util.concurrent.TimeoutException e) {
                throw new AssertionError("no verdict; last: " + judge[0].judgement(), e);
            } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                throw new AssertionError(e);
            }
        } finally {
            long begun = System.nanoTime();
            platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
            TABLE.append(" | ").append((System.nanoTime() - begun) / 1_000_000).append('\n');
        }
    }

    private static Predicate<HasMetadata> only(AgentId id, Predicate<HasMetadata> sign) {
        return object -> {
            String name = object instanceof io.fabric8.kubernetes.api.model.Event event
                    ? event.getInvolvedObject().getName()
                    : object.getMetadata().getName();
            return name.startsWith(id.value()) && sign.test(object);
        };
    }
}
