package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A namespace whose quota has no room for one Secret more: what lives there can still be stopped, changed and taken back. */
@RealCluster
@RealRegistry
class FullQuotaIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int ROOMY = 20;

    private final String name = "full-" + UUID.randomUUID().toString().substring(0, 8);
    private Cluster cluster;
    private TinyImage images;
    private HandedOut artifacts;
    private Launchpad launchpad;
    private Agent agent;

    @BeforeEach
    void launchAndFillTheQuota(Cluster own, Registry registry) {
        cluster = own;
        images = new TinyImage(registry);
        artifacts = new HandedOut(images.healthy(1));
        launchpad = Launchpad.builder()
                .artifacts(artifacts)
                .platform("k8s", platform())
                .store(Stores.inMemory())
                .policy(LaunchPolicy.standard().healthyWithin(Duration.ofMinutes(2)))
                .build();
        quota("secrets", ROOMY);
        agent = launchpad.launch(request(name), Secrets.none());
        // Its identity and its record.
        fill("secrets", 2);
    }

    @AfterEach
    void close() {
        launchpad.close();
    }

    @Test
    void anAgentIsStoppedAndStartedAgain() {
        assertThat(agent.stop().await(LONG)).satisfies(FullQuotaIT::succeeded);
        assertThat(agent.start().await(LONG)).satisfies(FullQuotaIT::succeeded);
    }

    @Test
    void anUpdateThatFailsIsTakenBack() {
        artifacts.next(images.failing());

        Report failed = launchpad.submit(request(name), Secrets.none()).await(LONG);

        assertThat(failed.outcome()).as("%s", failed).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(failed.failure().message()).contains("planted failure");
    }

    @Test
    void aNewAgentIsRefusedBeforeItIsBuilt() {
        Report refused = launchpad.submit(request(name + "-b"), Secrets.none()).await(LONG);

        assertThat(refused.outcome()).as("%s", refused).isEqualTo(Outcome.REJECTED);
        assertThat(refused.failure().message()).contains("has 0 of secrets left, the agent needs 2 more");
    }

    @Test
    void theNewestReleaseIsRecordedInPlaceOfTheOldest() {
        try (KubernetesPlatform platform = platform()) {
            Release first = recorded(platform).get(0);
            quota("secrets", ROOMY);
            IntStream.rangeClosed(2, 10).forEach(revision -> platform.accepted(again(first, revision)));
            fill("secrets", 11);

            platform.accepted(again(first, 11));

            assertThat(recorded(platform))
                    .extracting(Release::revision)
                    .containsExactly(11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
        }
    }

    @Test
    void anUpdateThatHasNoRoomBesideTheOldPodIsTakenBackAndLeavesItUntouched() {
        cluster.kubectl("delete", "resourcequota", "full");
        LaunchRequest rolling = LaunchRequest.of(AgentSpec.named(name + "-r")
                        .bio("Is replaced while it serves")
                        .database(Database.POSTGRESQL)
                        .secretNames("POSTGRES_URL")
                        .build())
                .on("k8s");
        Secrets secrets = Secrets.of("POSTGRES_URL", "postgres://planted:secret-0815@nowhere.example/none");
        Agent served = launchpad.launch(rolling, secrets);
        String before = pods(served);
        fill("pods", 2);
        artifacts.next(images.healthy(2));

        Report refused = launchpad.submit(rolling, secrets).await(LONG);

        assertThat(refused.outcome()).as("%s", refused).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(refused.failure().code()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(pods(served)).isEqualTo(before);
    }

    private String pods(Agent of) {
        return cluster.kubectl(
                "get",
                "pods",
                "-l",
                "agentlaunchpad.io/agent=" + of.id(),
                "-o",
                "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount};{end}");
    }

    private KubernetesPlatform platform() {
        return KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace());
    }

    private void quota(String what, int hard) {
        cluster.apply("{apiVersion: v1, kind: ResourceQuota, metadata: {name: full}, spec: {hard: {" + what + ": '"
                + hard + "'}}}");
        waitFor("hard." + what, hard, "60s");
    }

    /** Limits it to what is there. A changed quota is counted anew, and may be before the controller has seen all of it. */
    private void fill(String what, int count) {
        for (int left = 12; ; left--) {
            quota(what, count);
            try {
                waitFor("used." + what, count, "10s");
                return;
            } catch (IllegalStateException e) {
                if (left == 0) {
                    throw e;
                }
            }
            quota(what, count + 1);
        }
    }

    private void waitFor(String status, int value, String limit) {
        cluster.kubectl(
                "wait", "resourcequota/full", "--for=jsonpath={.status." + status + "}=" + value, "--timeout=" + limit);
    }

    private static List<Release> recorded(KubernetesPlatform platform) {
        return platform.survey(TestWork.of()).get(0).releases();
    }

    private static Release again(Release release, int revision) {
        return new Release(
                release.agentId(),
                revision,
                release.spec(),
                release.artifact(),
                release.objects(),
                release.secretVersion(),
                release.run(),
                release.createdAt());
    }

    private static void succeeded(Report report) {
        assertThat(report.outcome()).as("%s", report).isEqualTo(Outcome.SUCCEEDED);
    }

    private static LaunchRequest request(String name) {
        return LaunchRequest.of(AgentSpec.named(name)
                        .bio("Lives where there is no room")
                        .build())
                .on("k8s");
    }
}
