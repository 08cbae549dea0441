package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.testbed.ApiServer;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealApiServer;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real API server is killed in each phase of an operation, and started again: the operation ends as it would have, once,
 * with nothing left half.
 */
@RealCluster
@RealRegistry
@RealApiServer
@Tag("alone")
class ApiServerKilledIT {

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final String OBJECTS =
            "deployments,services,serviceaccounts,secrets,persistentvolumeclaims,networkpolicies,pods";

    private static Cluster cluster;
    private static ApiServer server;
    private static TinyImage images;
    private static KubernetesClient eye;

    private final String name = "killed-" + UUID.randomUUID().toString().substring(0, 8);
    private final AtomicReference<Predicate<AgentEvent>> moment = new AtomicReference<>(event -> false);
    private final AtomicReference<CompletableFuture<Void>> outage = new AtomicReference<>();
    private HandedOut artifacts;
    private Launchpad launchpad;

    @BeforeAll
    static void openCluster(Cluster own, Registry registry, ApiServer shared) {
        cluster = own;
        server = shared;
        images = new TinyImage(registry);
        eye = new Connection(cluster.kubeconfig(), cluster.context(), false).open();
    }

    @AfterAll
    static void closeEye() {
        eye.close();
    }

    @BeforeEach
    void open() {
        artifacts = new HandedOut(images.healthy(1));
        launchpad = Launchpad.builder()
                .artifacts(artifacts)
                .platform(
                        "k8s",
                        KubernetesPlatform.context(cluster.context())
                                .kubeconfig(cluster.kubeconfig())
                                .namespace(cluster.namespace()))
                .store(Stores.inMemory())
                .watchDrift(true)
                .policy(LaunchPolicy.standard()
                        .health(HealthPolicy.standard()
                                .healthyWithin(Duration.ofMinutes(2))
                                .stableFor(Duration.ofSeconds(3))))
                .listener(event -> {
                    if (moment.get().test(event)) {
                        kill();
                    }
                })
                .build();
    }

    @AfterEach
    void close() {
        launchpad.close();
    }

    /** When the server is killed: at an event of the operation, or when the cluster shows an object. */
    enum Moment {
        BEFORE_THE_FIRST_REQUEST(event -> begins(event, "DEPLOY"), null),
        WHILE_OBJECTS_ARE_APPLIED(null, object -> object instanceof Service),
        WHILE_THE_POD_STARTS(null, object -> object instanceof Pod),
        WHILE_IT_MUST_STAY_READY(null, object -> object instanceof Pod pod && ready(pod)),
        BEFORE_IT_IS_RECORDED(event -> begins(event, "MONITOR"), null);

        private final Predicate<AgentEvent> event;
        private final Predicate<HasMetadata> object;

        Moment(Predicate<AgentEvent> event, Predicate<HasMetadata> object) {
            this.event = event;
            this.object = object;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_launch_succeeds_once(Moment when) throws Exception {
        AgentId id = AgentId.of(io.agentlaunchpad.agent.Owner.LOCAL, name);
        Report report;
        try (AutoCloseable watching = when.object == null ? () -> {} : onceSeen(id, when.object)) {
            moment.set(when.event == null ? event -> false : when.event);
            report = launchpad.submit(request(), secrets()).await(LONG);
        }
        awaitServer();

        System.out.println("API server killed " + when + ": " + report.stages());
        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.revision()).isEqualTo(1);
        assertThat(get("deployment", id, "{.metadata.generation}")).isEqualTo("1");
        assertThat(names("replicasets", id)).hasSize(1);
        assertThat(names("secrets", id))
                .as("identity, values and record, each once")
                .hasSize(3);
        Agent agent = launchpad.agent(id);
        assertThat(agent.chat("still there?").text()).isEqualTo("You said: still there?");
    }

    @Test
    void a_failed_update_is_taken_back_to_the_release_before() throws Exception {
        Agent agent = launchpad.launch(request(), secrets());
        String before = get("deployment", agent.id(), "{.spec}");
        artifacts.next(images.failing());
        moment.set(event -> event.type() == EventType.TAKE_BACK_STARTED);

        Report report = launchpad.submit(request(), secrets()).await(LONG);
        awaitServer();

        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(report.failure().message()).contains("planted failure");
        assertThat(get("deployment", agent.id(), "{.spec}")).isEqualTo(before);
        assertThat(agent.chat("still there?").text()).isEqualTo("You said: still there?");
    }

    @Test
    void a_failed_first_launch_is_removed() throws Exception {
        artifacts.next(images.failing());
        moment.set(event -> event.type() == EventType.TAKE_BACK_STARTED);

        Report report = launchpad.submit(request(), secrets()).await(LONG);
        awaitServer();

        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(names(OBJECTS, report.agentId())).isEmpty();
    }

    @Test
    void a_delete_leaves_nothing() throws Exception {
        Agent agent = launchpad.launch(request(), secrets());
        moment.set(event -> begins(event, "DELETE"));

        Report report = agent.delete().await(LONG).orThrow();
        awaitServer();

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(names(OBJECTS, agent.id())).isEmpty();
    }

    @Test
    void what_is_watched_is_watched_again() throws Exception {
        List<AgentEvent> heard = new CopyOnWriteArrayList<>();
        Agent agent = launchpad.launch(request(), secrets());
        kill();
        awaitServer();
        try (AutoCloseable listening = launchpad.listen(heard::add)) {
            cluster.kubectl(
                    "patch",
                    "deployment",
                    agent.id().value(),
                    "--field-manager=somebody",
                    "-p",
                    "{\"spec\":{\"revisionHistoryLimit\":7}}");

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> heard.stream()
                            .anyMatch(event -> event.type() == EventType.DRIFT
                                    && event.agentId().equals(agent.id())
                                    && event.message().contains("somebody")));
        }
        assertThat(heard).filteredOn(event -> event.type() == EventType.DRIFT).hasSize(1);
    }

    /** Kills once, and starts again at once on another thread: the server is away for as long as it takes. */
    private void kill() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        if (outage.compareAndSet(null, mine)) {
            server.kill();
            Thread starting = new Thread(
                    () -> {
                        try {
                            server.start();
                            mine.complete(null);
                        } catch (RuntimeException e) {
                            mine.completeExceptionally(e);
                        }
                    },
                    "api-server-start");
            starting.start();
        }
    }

    private void awaitServer() throws Exception {
        CompletableFuture<Void> begun = outage.get();
        assertThat(begun).as("the server was killed").isNotNull();
        begun.get(5, java.util.concurrent.TimeUnit.MINUTES);
    }

    /** An eye of the test's own: kills when the agent has such an object. */
    private AutoCloseable onceSeen(AgentId id, Predicate<HasMetadata> wanted) {
        ResourceEventHandler<HasMetadata> handler = new ResourceEventHandler<>() {
            @Override
            public void onAdd(HasMetadata object) {
                if (object.getMetadata().getName().startsWith(id.value()) && wanted.test(object)) {
                    kill();
                }
            }

            @Override
            public void onUpdate(HasMetadata before, HasMetadata object) {
                onAdd(object);
            }

            @Override
            public void onDelete(HasMetadata object, boolean unknown) {}
        };
        List<SharedIndexInformer<?>> all = List.of(
                eye.services().inNamespace(cluster.namespace()).inform(of(handler)),
                eye.pods().inNamespace(cluster.namespace()).inform(of(handler)));
        return () -> all.forEach(SharedIndexInformer::close);
    }

    @SuppressWarnings("unchecked")
    private static <T extends HasMetadata> ResourceEventHandler<T> of(ResourceEventHandler<HasMetadata> handler) {
        return (ResourceEventHandler<T>) (ResourceEventHandler<?>) handler;
    }

    private static boolean begins(AgentEvent event, String stage) {
        return event.type() == EventType.STAGE_STARTED
                && stage.equals(event.data().get("stage"));
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()));
    }

    private LaunchRequest request() {
        return LaunchRequest.of(
                        AgentSpec.named(name).bio("Outlives an API server").build())
                .on("k8s");
    }

    private static Secrets secrets() {
        return Secrets.of("EXTRA_KEY", "planted-0123456789-secret");
    }

    private static String get(String kind, AgentId id, String path) {
        return cluster.kubectl("get", kind, id.value(), "-o", "jsonpath=" + path);
    }

    private static List<String> names(String kinds, AgentId id) {
        return cluster.kubectl("get", kinds, "-l", "agentlaunchpad.io/agent=" + id, "-o", "name")
                .lines()
                .toList();
    }
}
