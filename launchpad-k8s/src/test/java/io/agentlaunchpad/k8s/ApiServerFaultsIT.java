package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.k8s.FaultyApiServer.Fault;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.release.Release.Run;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A launch through an API server that fails in the middle: it finishes, or fails clearly, and nothing is done twice. */
@RealCluster
@RealRegistry
@Execution(ExecutionMode.CONCURRENT)
class ApiServerFaultsIT {

    private static Cluster cluster;
    private static Artifact image;
    private static Artifact failsOnce;

    @TempDir
    private Path folder;

    private FaultyApiServer server;
    private KubernetesPlatform platform;
    private final AgentSpec spec = AgentSpec.named(
                    "fault-" + UUID.randomUUID().toString().substring(0, 8))
            .bio("Is launched over a bad line")
            .database(Database.POSTGRESQL)
            .secretNames("POSTGRES_URL")
            .build();
    private final AgentId id = AgentId.of(Owner.LOCAL, spec.name());

    @BeforeAll
    static void openCluster(Cluster own, Registry registry) {
        cluster = own;
        TinyImage images = new TinyImage(registry);
        image = images.healthy(1);
        failsOnce = images.behaving("{\"failOnce\":[\"PLUGIN_INIT_FAILED\",\"planted failure\",\"Correct it.\"]}");
    }

    @BeforeEach
    void open() throws Exception {
        server = new FaultyApiServer(cluster, folder);
        platform = server.platform(cluster);
    }

    @AfterEach
    void delete() throws Exception {
        server.heal();
        platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
        platform.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY", "SERVER_ERROR", "UNAVAILABLE", "RESET", "ANSWER_LOST", "SLOW"})
    void every_third_request_fails_and_the_launch_does_what_one_launch_does(Fault fault) {
        server.spoil(fault, number -> number % 3 == 0);
        int before = server.spoilt().size();

        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        awaitReady(release);
        platform.accepted(release);

        System.out.println(
                fault + ": " + server.spoilt().subList(before, server.spoilt().size()));
        assertThat(server.spoilt()).hasSizeGreaterThan(before);
        assertThat(get("deployment", "{.metadata.generation}")).isEqualTo("1");
        assertThat(cluster.kubectl("get", "secrets", "-l", "agentlaunchpad.io/agent=" + id, "-o", "name")
                        .lines())
                .as("identity, values and record, each once")
                .hasSize(3);
        assertThat(cluster.kubectl("get", "replicasets", "-l", "agentlaunchpad.io/agent=" + id, "-o", "name")
                        .lines())
                .hasSize(1);
    }

    @Test
    void a_server_that_is_away_while_it_is_applied_is_waited_for() {
        Release release = release();
        server.away(Duration.ofSeconds(6));

        platform.apply(release, TestFence.holding(), TestWork.of());
        awaitReady(release);
    }

    @Test
    void a_server_that_goes_away_while_the_agent_starts_is_watched_again() {
        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        try (Platform.Watch watch = platform.watch(release, facts -> judge[0] = judge[0].see(facts))) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> judge[0].judgement() != null);
            server.away(Duration.ofSeconds(6));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.READY);
        }
    }

    @Test
    void watches_that_are_cut_are_resumed() {
        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        awaitReady(release);
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        try (Platform.Watch watch = platform.watch(
                release, facts -> judge[0] = Judge.by(HealthPolicy.standard()).see(facts))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.READY);
            server.breakAll();
            cluster.kubectl("delete", "pod", "-l", "agentlaunchpad.io/agent=" + id, "--wait=false");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.WAITING);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.READY);
        }
    }

    @Test
    void a_login_that_lapses_while_agents_are_watched_is_taken_up_again_when_it_is_renewed() {
        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        try (Platform.Watch watch = platform.watch(
                release, facts -> judge[0] = Judge.by(HealthPolicy.standard()).see(facts))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.READY);
            int before = server.spoilt().size();
            server.spoil(Fault.UNAUTHENTICATED, number -> true);
            server.breakAll();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> server.spoilt().size() > before + 3);
            cluster.kubectl("scale", "deployment", id.value(), "--replicas=0");
            server.heal();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.WAITING);
        }
    }

    @Test
    void a_login_that_is_refused_fails_at_once_and_clearly() {
        Release release = release();
        server.spoil(Fault.UNAUTHENTICATED, number -> true);

        assertThatThrownBy(() -> platform.apply(release, TestFence.holding(), TestWork.of()))
                .isInstanceOf(LaunchpadException.class)
                .hasMessageContaining("does not know who asks")
                .hasMessageContaining("renew the credentials");
    }

    @Test
    void a_wait_for_a_server_ends_within_a_second_of_a_cancel() throws Exception {
        Release release = release();
        server.spoil(Fault.UNAVAILABLE, number -> true);
        TestWork work = TestWork.of();
        var applying = java.util.concurrent.CompletableFuture.runAsync(
                () -> platform.apply(release, TestFence.holding(), work));
        Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

        work.cancel();

        // A second is law 8; a busy machine has five.
        assertThatThrownBy(() -> applying.get(5, java.util.concurrent.TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancelledException.class);
    }

    @Test
    void a_message_whose_answer_is_lost_is_not_sent_again() {
        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        awaitReady(release);
        AgentAccess.Request message =
                AgentAccess.Request.post("/api/messaging/sessions/s/messages", "{\"content\":\"once\"}");
        platform.access().send(id, message, TestWork.of());
        // The pod is being watched and the token is known: the message is the first request.
        server.spoil(Fault.ANSWER_LOST, number -> number == 1);

        assertThatThrownBy(() -> platform.access().send(id, message, TestWork.of()))
                .isInstanceOf(UnreachableException.class);

        server.heal();
        assertThat(platform.access()
                        .send(id, AgentAccess.Request.get("/metrics"), TestWork.of())
                        .body())
                .contains("messages_received_total 2");
    }

    @Test
    void a_request_finds_the_pod_that_came_while_nothing_could_be_watched() {
        Release release = release();
        platform.apply(release, TestFence.holding(), TestWork.of());
        awaitReady(release);
        server.away(Duration.ofHours(1));
        cluster.kubectl("delete", "pod", "-l", "app.kubernetes.io/instance=" + id.value());
        cluster.kubectl("rollout", "status", "deployment/" + id.value(), "--timeout=90s");
        server.away(Duration.ZERO);

        AgentAccess.Response metrics = platform.access().send(id, AgentAccess.Request.get("/metrics"), TestWork.of());

        assertThat(metrics.status()).isEqualTo(200);
    }

    @Test
    void a_log_that_comes_late_tells_of_the_run_that_failed_though_the_next_is_silent() {
        Release release = release(failsOnce);
        platform.apply(release, TestFence.holding(), TestWork.of());
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        server.spoil(Fault.SLOW, "/log?", number -> number == 1);
        try (Platform.Watch watch = platform.watch(release, facts -> judge[0] = judge[0].see(facts))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> judge[0].judgement().kind() == Judgement.Kind.DOOMED);
        }

        assertThat(server.spoilt()).anyMatch(request -> request.startsWith("SLOW"));
        assertThat(judge[0].judgement().doom().lastLines()).anyMatch(line -> line.contains("about to fail"));
    }

    private Release release() {
        return release(image);
    }

    private Release release(Artifact image) {
        String version = platform.secrets().put(id, Secrets.of("POSTGRES_URL", "postgres://nobody:planted@nowhere/x"));
        Run run = new Run(1, 1);
        String objects = platform.render(new PlanRequest(id, Owner.LOCAL, spec, image, version, run), TestWork.of())
                .objects();
        return new Release(id, 1, spec, image, objects, version, run, Instant.now());
    }

    private void awaitReady(Release release) {
        Judge[] judge = {Judge.by(HealthPolicy.standard())};
        try (Platform.Watch watch = platform.watch(release, facts -> judge[0] = judge[0].see(facts))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> judge[0].judgement().kind() != Judgement.Kind.WAITING);
        }
        assertThat(judge[0].judgement().kind()).as("%s", judge[0].judgement()).isEqualTo(Judgement.Kind.READY);
    }

    private String get(String kind, String path) {
        return cluster.kubectl("get", kind, id.value(), "-o", "jsonpath=" + path);
    }
}
