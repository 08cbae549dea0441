package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Observation.ResourceUse;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole pipeline on a real cluster, with a stand-in for the agent. */
@RealCluster
@RealRegistry
class PipelineIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofMinutes(3);

    private static Cluster cluster;
    private static TinyImage images;

    private final String name = "life-" + UUID.randomUUID().toString().substring(0, 8);
    private HandedOut artifacts;
    private Launchpad launchpad;

    @BeforeAll
    static void openCluster(Cluster own, Registry registry) {
        cluster = own;
        cluster.enforce("restricted");
        images = new TinyImage(registry);
    }

    @BeforeEach
    void open() {
        artifacts = new HandedOut(images.healthy(1));
        launchpad = Launchpad.builder()
                .artifacts(artifacts)
                .platform("k8s", platform())
                .store(Stores.inMemory())
                .policy(policy())
                .build();
    }

    @AfterEach
    void close() {
        launchpad.close();
    }

    @Test
    void an_agent_lives_and_dies() throws Exception {
        LaunchRequest request = LaunchRequest.of(spec("first").build()).on("k8s");
        Secrets secrets = Secrets.of("EXTRA_KEY", "planted-0123456789-secret");
        Agent agent = launchpad.launch(request, secrets);
        assertThat(agent.chat("hello").text()).isEqualTo("You said: hello");
        // Its status is written until the rollout is over.
        cluster.kubectl("rollout", "status", "deployment/" + agent.id(), "--timeout=120s");
        String version = resourceVersion(agent);

        Report again = launchpad.submit(request, secrets).await(LONG).orThrow();
        assertThat(again.revision()).isEqualTo(1);
        assertThat(resourceVersion(agent)).as("applied again, nothing changed").isEqualTo(version);

        artifacts.next(images.healthy(2));
        Report update;
        long gap;
        try (Caller caller = new Caller(service(agent) + "/livez")) {
            await(() -> caller.answered() > 0);
            update = launchpad.submit(request, secrets).await(LONG).orThrow();
            gap = caller.longestGapOnceItAnswers();
        }
        System.out.println("PGlite update: gap " + gap + " ms, stages " + update.stages());
        assertThat(update.revision()).isEqualTo(2);
        assertThat(who(agent)).contains("\"variant\":2");

        Map<String, JsonNode> before = live(agent);
        artifacts.next(images.failing());
        Report failed;
        try (Caller caller = new Caller(service(agent) + "/livez")) {
            await(() -> caller.answered() > 0);
            failed = launchpad.submit(request, secrets).await(LONG);
            gap = caller.longestGapOnceItAnswers();
        }
        System.out.println("PGlite update that fails and is taken back: gap " + gap + " ms, " + failed.failure());
        assertThat(failed.outcome()).as("%s", failed).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(failed.failure().message()).contains("planted failure");
        assertThat(live(agent)).isEqualTo(before);
        assertThat(who(agent)).contains("\"variant\":2");

        artifacts.next(images.missing());
        try (Caller caller = new Caller(service(agent) + "/livez")) {
            await(() -> caller.answered() > 0);
            Report unpullable = launchpad.submit(request, secrets).await(LONG);
            System.out.println("PGlite update to an image that is missing: gap " + caller.longestGap()
                    + " ms, failed calls " + caller.failures().size() + ", " + unpullable.failure());
            assertThat(unpullable.outcome()).as("%s", unpullable).isEqualTo(Outcome.REJECTED);
            assertThat(caller.failures()).as("the old pod never stopped").isEmpty();
        }

        String pod = pod(agent);
        agent.restart().await(LONG).orThrow();
        assertThat(pod(agent)).isNotEqualTo(pod);
        agent.stop().await(LONG).orThrow();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> cluster.kubectl("get", "pods", "-l", "agentlaunchpad.io/agent=" + agent.id(), "-o", "name")
                        .isEmpty());
        agent.start().await(LONG).orThrow();
        agent.rollback(1).await(LONG).orThrow();
        assertThat(who(agent)).contains("\"variant\":1");

        List<String> lines = new ArrayList<>();
        agent.logs(LogQuery.last(50), Duration.ofSeconds(20), lines::add);
        assertThat(lines).anyMatch(line -> line.contains("started")).noneMatch(line -> line.contains("planted-0123"));
        foundByAnother(agent);

        agent.delete().await(LONG).orThrow();
        assertThat(cluster.kubectl(
                        "get",
                        "deployments,services,serviceaccounts,secrets,persistentvolumeclaims,networkpolicies,pods",
                        "-l",
                        "agentlaunchpad.io/agent=" + agent.id(),
                        "-o",
                        "name"))
                .isEmpty();
        assertThatThrownBy(() -> agent.chat("anybody?")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void replicas_serve_without_a_gap_while_an_update_fails() throws Exception {
        LaunchRequest request = LaunchRequest.of(spec("served")
                        .database(Database.POSTGRESQL)
                        .secretNames("POSTGRES_URL")
                        .replicas(2)
                        .build())
                .on("k8s");
        Secrets secrets = Secrets.of("POSTGRES_URL", "postgres://planted:secret-0815@nowhere.example/none");
        Agent agent = launchpad.launch(request, secrets);
        Map<String, JsonNode> before = live(agent);
        try (Caller caller = new Caller(service(agent) + "/livez")) {
            await(() -> caller.answered() > 10);
            artifacts.next(images.failing());
            Report failed = launchpad.submit(request, secrets).await(LONG);
            assertThat(failed.outcome()).as("%s", failed).isEqualTo(Outcome.ROLLED_BACK);
            System.out.println("PostgreSQL, failed update: " + caller.answered() + " answers, "
                    + caller.failures().size() + " failures, longest silence " + caller.longestGap() + " ms");
            assertThat(caller.failures()).isEmpty();
            assertThat(live(agent)).isEqualTo(before);

            artifacts.next(images.healthy(2));
            launchpad.submit(request, secrets).await(LONG).orThrow();
            System.out.println("PostgreSQL, and a good one: " + caller.answered() + " answers, "
                    + caller.failures().size() + " failures, longest silence " + caller.longestGap() + " ms");
            agent.scale(3).await(LONG).orThrow();
            agent.scale(1).await(LONG).orThrow();
            System.out.println("PostgreSQL, scaled to 3 and to 1: " + caller.answered() + " answers, "
                    + caller.failures().size() + " failures, longest silence " + caller.longestGap() + " ms");
            assertThat(caller.failures()).isEmpty();
        }
        agent.delete().await(LONG).orThrow();
    }

    @Test
    void a_failed_first_launch_removes_what_it_made() {
        artifacts.next(images.failing());
        List<AgentEvent> heard = new CopyOnWriteArrayList<>();
        launchpad.listen(heard::add);
        Report failed = launchpad
                .submit(LaunchRequest.of(spec("never").build()).on("k8s"), Secrets.of("EXTRA_KEY", "planted-0815"))
                .await(LONG);
        System.out.println(
                "First launch that fails: taken back in " + takeBack(heard).toMillis() + " ms");

        assertThat(failed.outcome()).as("%s", failed).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(cluster.kubectl(
                        "get",
                        "deployments,services,serviceaccounts,secrets,persistentvolumeclaims,networkpolicies",
                        "-l",
                        "agentlaunchpad.io/agent=" + failed.agentId(),
                        "-o",
                        "name"))
                .isEmpty();
    }

    @Test
    void a_volume_that_somebody_enlarged_stays_so_when_an_update_is_taken_back() throws Exception {
        String growing = cluster.namespace();
        cluster.apply("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: " + growing
                + "}, provisioner: launchpad.testbed/folder, allowVolumeExpansion: true}");
        try (Launchpad own = Launchpad.builder()
                .artifacts(artifacts)
                .platform("k8s", platform().volume(growing, 1L << 30))
                .store(Stores.inMemory())
                .policy(policy())
                .build()) {
            LaunchRequest request = LaunchRequest.of(spec("grown").build()).on("k8s");
            Agent agent = own.launch(request, Secrets.none());
            String claim = agent.id() + "-data";
            cluster.kubectl(
                    "patch",
                    "persistentvolumeclaim",
                    claim,
                    "-p",
                    "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}");
            artifacts.next(images.failing());

            Report failed = own.submit(request, Secrets.none()).await(LONG);

            assertThat(failed.outcome()).as("%s", failed).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(cluster.kubectl(
                            "get", "persistentvolumeclaim", claim, "-o", "jsonpath={.spec.resources.requests.storage}"))
                    .isEqualTo("2Gi");
            assertThat(who(agent)).contains("\"variant\":1");
            agent.delete().await(LONG).orThrow();
        } finally {
            cluster.kubectl("delete", "storageclass", growing);
        }
    }

    @Test
    void what_an_agent_uses_is_known_from_its_kubelet_where_no_metrics_are_served() {
        Agent agent = launchpad.launch(LaunchRequest.of(spec("metered").build()).on("k8s"), Secrets.none());
        try (Platform platform = platform()) {
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        ResourceUse use = platform.observe(agent.releases().get(0), TestWork.of())
                                .use();
                        assertThat(use).isNotNull();
                        assertThat(use.memoryBytes()).isBetween(1L << 20, use.memoryLimitBytes());
                        assertThat(use.cpuLimitMillis()).isPositive();
                    });
        }
        agent.delete().await(LONG).orThrow();
    }

    private void foundByAnother(Agent agent) {
        try (Platform other = platform()) {
            assertThat(other.survey(TestWork.of()))
                    .filteredOn(found -> found.serving().agentId().equals(agent.id()))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.owner()).isEqualTo(agent.owner());
                        assertThat(found.releases())
                                .isEqualTo(agent.releases().stream()
                                        .filter(release -> found.releases().stream()
                                                .anyMatch(each -> each.revision() == release.revision()))
                                        .toList());
                        assertThat(found.serving().spec()).isEqualTo(agent.spec());
                    });
        }
    }

    private static Duration takeBack(List<AgentEvent> heard) {
        return Duration.between(at(heard, EventType.TAKE_BACK_STARTED), at(heard, EventType.TAKE_BACK_FINISHED));
    }

    private static Instant at(List<AgentEvent> heard, EventType type) {
        return heard.stream()
                .filter(event -> event.type() == type)
                .findFirst()
                .orElseThrow()
                .at();
    }

    private static KubernetesPlatform platform() {
        return KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace());
    }

    private static LaunchPolicy policy() {
        return LaunchPolicy.standard().healthyWithin(Duration.ofMinutes(2));
    }

    private AgentSpec.Builder spec(String what) {
        return AgentSpec.named(name + "-" + what).bio("Lives on a cluster");
    }

    private static String service(Agent agent) {
        String ip = cluster.kubectl("get", "service", agent.id().value(), "-o", "jsonpath={.spec.clusterIP}");
        String port = cluster.kubectl("get", "service", agent.id().value(), "-o", "jsonpath={.spec.ports[0].port}");
        return "http://" + ip + ":" + port;
    }

    private static String who(Agent agent) {
        return cluster.kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/" + cluster.namespace() + "/pods/" + pod(agent) + ":3000/proxy/who");
    }

    private static String pod(Agent agent) {
        return cluster.kubectl(
                "get",
                "pods",
                "-l",
                "agentlaunchpad.io/agent=" + agent.id(),
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={.items[0].metadata.name}");
    }

    private static String resourceVersion(Agent agent) {
        return cluster.kubectl("get", "deployment", agent.id().value(), "-o", "jsonpath={.metadata.resourceVersion}");
    }

    /** Everything of the agent that its owner wrote, by kind and name. */
    private static Map<String, JsonNode> live(Agent agent) throws Exception {
        JsonNode list = JSON.readTree(cluster.kubectl(
                "get",
                "deployments,services,serviceaccounts,persistentvolumeclaims,networkpolicies",
                "-l",
                "agentlaunchpad.io/agent=" + agent.id(),
                "-o",
                "json"));
        Map<String, JsonNode> all = new TreeMap<>();
        for (JsonNode item : list.path("items")) {
            ObjectNode object = (ObjectNode) item;
            object.remove("status");
            ObjectNode metadata = (ObjectNode) object.path("metadata");
            metadata.remove(List.of("managedFields", "resourceVersion", "generation"));
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(List.of("agentlaunchpad.io/fence", "deployment.kubernetes.io/revision"));
            }
            all.put(object.path("kind").asText() + "/" + metadata.path("name").asText(), object);
        }
        assertThat(all).hasSizeGreaterThan(3);
        return all;
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
    }
}
