package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What must not run twice is rehearsed before the old pod stops. A refusal is REJECTED: nothing was changed, and the old release
 * serves all the while.
 */
@RealCluster
@RealRegistry
class RehearsalIT {

    private static final Duration LONG = Duration.ofMinutes(3);

    private final String name = "rehearsed-" + UUID.randomUUID().toString().substring(0, 8);
    private Cluster cluster;
    private TinyImage images;
    private HandedOut artifacts;
    private Launchpad launchpad;

    @BeforeEach
    void launch(Cluster own, Registry registry) {
        cluster = own;
        images = new TinyImage(registry);
        artifacts = new HandedOut(images.healthy(1));
        launchpad = Launchpad.builder()
                .artifacts(artifacts)
                .platform(
                        "k8s",
                        KubernetesPlatform.context(cluster.context())
                                .kubeconfig(cluster.kubeconfig())
                                .namespace(cluster.namespace()))
                .store(Stores.inMemory())
                .policy(LaunchPolicy.standard().healthyWithin(Duration.ofMinutes(2)))
                .build();
        launchpad.launch(request(spec -> spec), Secrets.none());
    }

    @AfterEach
    void close() {
        launchpad.close();
    }

    @Test
    void an_image_that_does_not_exist() throws Exception {
        Report report = refused(images.missing(), spec -> spec);

        assertThat(report.failure().code()).isIn("ErrImagePull", "ImagePullBackOff");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(cluster.kubectl("get", "pods", "-l", "agentlaunchpad.io/pull"))
                        .as("the pod that pulled")
                        .doesNotContain("-pull-"));
    }

    @Test
    void an_image_that_a_policy_of_the_cluster_refuses() throws Exception {
        Artifact.Image unwanted = images.healthy(2);
        String policy = cluster.namespace();
        cluster.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  matchConstraints:
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                  validations:
                    - {expression: "!object.spec.containers.exists(c, c.image.endsWith('%2$s'))", message: "unwanted image"}
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}}
                """.formatted(policy, unwanted.digest()));
        try {
            // The API server takes a policy up a moment after it has stored it.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> refuses(unwanted));

            Report report = refused(unwanted, spec -> spec);

            assertThat(report.failure().message()).contains("unwanted image");
        } finally {
            cluster.kubectl("delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", policy);
        }
    }

    @Test
    void a_quota_that_has_no_room_even_when_the_old_pod_is_gone() throws Exception {
        quota("600Mi");

        Report report = refused(images.healthy(2), spec -> spec.memory("2Gi"));

        assertThat(report.failure().code()).isEqualTo("QUOTA_EXCEEDED");
    }

    @Test
    void but_not_a_quota_that_has_room_once_the_old_pod_is_gone() {
        quota("600Mi");
        artifacts.next(images.healthy(2));

        Report report = launchpad.submit(request(spec -> spec), Secrets.none()).await(LONG);

        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.revision()).isEqualTo(2);
    }

    private Report refused(Artifact artifact, UnaryOperator<AgentSpec.Builder> change) throws Exception {
        Agent agent = launchpad.fleet().find(name).orElseThrow();
        String untouched = pods() + deployment(agent);
        artifacts.next(artifact);
        Report report;
        try (Caller caller = new Caller(service(agent) + "/livez")) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> caller.answered() > 0);
            report = launchpad.submit(request(change), Secrets.none()).await(LONG);
            assertThat(caller.failures()).as("the old pod never stopped").isEmpty();
        }
        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.REJECTED);
        assertThat(report.revision()).isEqualTo(1);
        assertThat(pods() + deployment(agent)).isEqualTo(untouched);
        assertThat(agent.releases()).hasSize(1);
        return report;
    }

    private LaunchRequest request(UnaryOperator<AgentSpec.Builder> change) {
        return LaunchRequest.of(change.apply(AgentSpec.named(name).bio("Must not run twice"))
                        .build())
                .on("k8s");
    }

    private void quota(String memory) {
        cluster.apply("{apiVersion: v1, kind: ResourceQuota, metadata: {name: tight}, spec: {hard: {requests.memory: "
                + memory + "}}}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !cluster.kubectl("get", "resourcequota", "tight", "-o", "jsonpath={.status.used}")
                        .isEmpty());
    }

    private boolean refuses(Artifact.Image image) {
        try {
            cluster.kubectl(
                    "run",
                    "probe",
                    "--image=" + image.ref().withDigest(image.digest()),
                    "--dry-run=server",
                    "--restart=Never");
            return false;
        } catch (IllegalStateException e) {
            return e.getMessage().contains("unwanted image");
        }
    }

    private String pods() {
        return cluster.kubectl(
                "get", "pods", "-l", "agentlaunchpad.io/agent", "-o", "jsonpath={.items[*].metadata.uid}");
    }

    private String deployment(Agent agent) {
        return cluster.kubectl(
                "get",
                "deployment",
                agent.id().value(),
                "-o",
                "jsonpath={.metadata.generation} {.metadata.annotations} {.spec}");
    }

    private String service(Agent agent) {
        return "http://" + cluster.kubectl("get", "service", agent.id().value(), "-o", "jsonpath={.spec.clusterIP}");
    }
}
