package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.release.Release.Run;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.Drift;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Applying on a real API server: what is others', what falls in the middle, what is left over, how many requests. */
@RealCluster
@RealRegistry
class ApplyIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static Cluster cluster;
    private static Artifact image;

    private final KubernetesPlatform platform = platform();
    private final AgentSpec spec = AgentSpec.named(
                    "apply-" + UUID.randomUUID().toString().substring(0, 8))
            .bio("Is applied")
            .database(Database.POSTGRESQL)
            .secretNames("POSTGRES_URL")
            .build();
    private final AgentId id = AgentId.of(Owner.LOCAL, spec.name());

    @BeforeAll
    static void openCluster(Cluster own, Registry registry) {
        cluster = own;
        image = new TinyImage(registry).healthy(1);
    }

    @AfterEach
    void delete() {
        cluster.kubectl("delete", "deployment,serviceaccount,ingress", id.value(), "--ignore-not-found");
        platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
        platform.close();
    }

    @Test
    void a_field_of_somebody_else_is_named_with_owner_and_path_and_taken_over_on_purpose_only() {
        apply(release(1, spec, 0));
        cluster.kubectl("scale", "deployment", id.value(), "--replicas=0", "--current-replicas=0");
        cluster.kubectl(
                "patch",
                "deployment",
                id.value(),
                "--field-manager=somebody",
                "-p",
                "{\"spec\":{\"minReadySeconds\":1,\"revisionHistoryLimit\":7}}");
        Release next = release(2, spec, 1);

        assertThatThrownBy(() -> apply(next))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("somebody")
                .hasMessageContaining(".spec.revisionHistoryLimit")
                .hasMessageContaining("takingOver");

        try (Platform taking = platform().takingOver()) {
            taking.apply(next, TestFence.holding(), TestWork.of());
        }
        assertThat(deployment().at("/spec/revisionHistoryLimit").asInt()).isEqualTo(2);
        apply(next);
    }

    @Test
    void a_strangers_object_of_the_same_name_is_left_alone() {
        cluster.kubectl("create", "serviceaccount", id.value());

        assertThatThrownBy(() -> apply(release(1, spec, 0)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("ServiceAccount/" + id);

        assertThat(cluster.kubectl("get", "serviceaccount", id.value(), "-o", "jsonpath={.metadata.labels}"))
                .isEmpty();
        assertThat(cluster.kubectl("get", "deployment", id.value(), "--ignore-not-found"))
                .isEmpty();
    }

    @Test
    void a_fence_that_falls_at_any_step_leaves_something_that_the_successor_finishes() {
        Release first = release(1, spec, 0);
        Release second = release(2, exposed(), 0);
        apply(first);
        String untouched = objects();
        int fell = 0;
        for (int checks = 0; checks < 12; checks++) {
            TestFence fence = TestFence.fallingAfter(checks);
            Throwable thrown = catchThrowable(() -> platform.apply(second, fence, TestWork.of()));
            if (thrown == null) {
                break;
            }
            assertThat(thrown).isInstanceOf(StoreException.class);
            fell++;
            apply(first);
            assertThat(objects()).as("taken back after %s checks", checks).isEqualTo(untouched);
        }
        assertThat(fell).isGreaterThanOrEqualTo(3);
        apply(second);
        assertThat(objects()).contains("ingress");
        assertThat(deployment().at("/metadata/annotations").toString()).doesNotContain("agentlaunchpad.io/coming");
    }

    @Test
    void a_fence_that_falls_at_any_step_leaves_nothing_that_the_successors_release_no_longer_has() {
        Release first = release(1, exposed(), 0);
        Release second = release(2, spec, 0);
        int fell = 0;
        for (int checks = 0; checks < 12; checks++) {
            apply(first);
            assertThat(objects()).contains("ingress");
            TestFence fence = TestFence.fallingAfter(checks);
            Throwable thrown = catchThrowable(() -> platform.apply(second, fence, TestWork.of()));
            apply(second);
            assertThat(objects()).as("applied again after %s checks", checks).doesNotContain("ingress");
            assertThat(deployment().at("/metadata/annotations").toString()).doesNotContain("agentlaunchpad.io/coming");
            if (thrown == null) {
                break;
            }
            assertThat(thrown).isInstanceOf(StoreException.class);
            fell++;
        }
        assertThat(fell).isBetween(3, 11);
    }

    @Test
    void what_a_finalizer_still_holds_after_a_delete_is_waited_for_and_made_anew() throws Exception {
        Release release = release(1, exposed(), 0);
        apply(release);
        finalizers("tests.agentlaunchpad.io/held");
        String old = ingressUid();
        platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
        CompletableFuture<Void> applying;
        try {
            assertThatThrownBy(
                            () -> platform.apply(release, TestFence.holding(), TestWork.within(Duration.ofSeconds(3))))
                    .isInstanceOf(DeadlineException.class);
            assertThat(ingressUid()).isEqualTo(old);
            applying = CompletableFuture.runAsync(() -> apply(release));
            Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        } finally {
            finalizers();
        }
        applying.get(30, TimeUnit.SECONDS);

        assertThat(ingressUid()).isNotEmpty().isNotEqualTo(old);
    }

    @Test
    void an_agent_that_another_process_launched_anew_is_seen_by_the_one_that_knew_the_old() {
        apply(release(1, spec, 1));
        apply(release(2, spec, 0));
        Release anew = release(3, spec, 0);
        try (Platform other = platform()) {
            other.delete(id, version -> true, TestFence.holding(), TestWork.of());
            other.apply(anew, TestFence.holding(), TestWork.of());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> other.observe(anew, TestWork.of()).seen());
        }

        assertThat(platform.observe(anew, TestWork.of()).seen()).isTrue();
    }

    @Test
    void what_a_release_no_longer_has_is_pruned_and_comes_back_with_the_old_one() {
        Release with = release(1, exposed(), 0);
        Release without = release(2, spec, 0);
        apply(with);
        String full = objects();
        assertThat(full).contains("ingress");

        apply(without);
        assertThat(objects()).doesNotContain("ingress");
        apply(with);
        assertThat(objects()).isEqualTo(full);
    }

    @Test
    void an_ingress_of_a_stranger_that_took_the_name_is_not_pruned() {
        apply(release(1, exposed(), 0));
        cluster.kubectl("label", "ingress", id.value(), "--overwrite", "agentlaunchpad.io/agent=somebody-else");

        apply(release(2, spec, 0));

        assertThat(objects()).doesNotContain("ingress");
        assertThat(cluster.kubectl("get", "ingress", id.value(), "-o", "name")).isNotEmpty();
    }

    @Test
    void drift_is_told_once_with_who_and_what_and_never_for_our_own_changes() {
        List<Drift> heard = new CopyOnWriteArrayList<>();
        apply(release(1, exposed(), 0));
        try (Platform.Watch watch = platform.drift(heard::add)) {
            Awaitility.await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            cluster.kubectl(
                    "patch",
                    "deployment",
                    id.value(),
                    "--field-manager=somebody",
                    "-p",
                    "{\"spec\":{\"revisionHistoryLimit\":7}}");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 1);
            assertThat(heard.get(0).who()).isEqualTo("somebody");
            assertThat(heard.get(0).what()).isEqualTo(".spec.revisionHistoryLimit");
            assertThat(heard.get(0).object()).isEqualTo("Deployment/" + id);
            assertThat(heard.get(0).agentId()).isEqualTo(id);

            cluster.kubectl("delete", "service", id.value());
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 2);
            assertThat(heard.get(1))
                    .as("a deletion leaves no field and so no manager behind")
                    .extracting(Drift::object, Drift::what, Drift::who)
                    .containsExactly("Service/" + id, "deleted", Drift.UNKNOWN);

            try (Platform taking = platform().takingOver()) {
                taking.apply(release(2, spec, 1), TestFence.holding(), TestWork.of());
                Awaitility.await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
                taking.delete(id, version -> true, TestFence.holding(), TestWork.of());
            }
            Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(heard)
                    .as("nothing for what Launchpad and controllers do")
                    .hasSize(2);
        }
    }

    @Test
    void an_agent_costs_its_objects_and_two_requests_more() throws IOException {
        Release release = release(1, spec, 0);
        int objects = Manifests.read(release.objects()).size() + 1;
        Instant before = Instant.now();
        apply(release);
        platform.accepted(release);
        List<String> requests = new ArrayList<>();
        Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        for (String line : AuditLog.ofTheTestbed().since(before, cluster.namespace())) {
            JsonNode entry = JSON.readTree(line);
            boolean ours = entry.path("userAgent").asText().equals("launchpad")
                    && entry.at("/objectRef/namespace").asText().equals(cluster.namespace())
                    && !Instant.parse(entry.path("requestReceivedTimestamp").asText())
                            .isBefore(before);
            if (ours) {
                requests.add(entry.path("verb").asText() + " "
                        + entry.at("/objectRef/resource").asText());
            }
        }
        System.out.println("Requests of one agent of " + objects + " objects: " + requests.size() + " " + requests);
        assertThat(requests).isNotEmpty();
        // One more than wished for: whether the ServiceAccount's name is free, which applying it would not tell.
        assertThat(requests.size()).isLessThanOrEqualTo(objects + 3);
    }

    private AgentSpec exposed() {
        return AgentSpec.named(spec.name())
                .bio("Is applied")
                .database(Database.POSTGRESQL)
                .secretNames("POSTGRES_URL")
                .expose("apply.agents.example")
                .build();
    }

    private Release release(int revision, AgentSpec of, int replicas) {
        Run run = new Run(replicas, 1);
        String objects = platform.render(new PlanRequest(id, Owner.LOCAL, of, image, null, run), TestWork.of())
                .objects();
        return new Release(id, revision, of, image, objects, null, run, Instant.now());
    }

    private void apply(Release release) {
        platform.apply(release, TestFence.holding(), TestWork.of());
    }

    private static KubernetesPlatform platform() {
        return KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace());
    }

    private void finalizers(String... names) {
        String all = names.length == 0 ? "" : "\"" + String.join("\",\"", names) + "\"";
        cluster.kubectl(
                "patch", "ingress", id.value(), "--type=merge", "-p", "{\"metadata\":{\"finalizers\":[" + all + "]}}");
    }

    private String ingressUid() {
        return cluster.kubectl("get", "ingress", id.value(), "-o", "jsonpath={.metadata.uid}");
    }

    private JsonNode deployment() {
        try {
            return JSON.readTree(cluster.kubectl("get", "deployment", id.value(), "-o", "json"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String objects() {
        return cluster.kubectl(
                "get",
                "deployments,services,serviceaccounts,secrets,networkpolicies,ingresses",
                "-l",
                "agentlaunchpad.io/agent=" + id,
                "-o",
                "name");
    }
}
