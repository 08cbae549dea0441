package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.k8s.preflight.Account;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.PlatformContract;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The Kubernetes platform keeps the laws, on a real cluster with pods of a stand-in for the agent, under an account that has
 * the Role of {@code docs/rbac.yaml} and no other right.
 */
@RealCluster
@RealRegistry
@Execution(ExecutionMode.CONCURRENT)
class KubernetesPlatformContractIT extends PlatformContract {

    @TempDir
    private static Path folder;

    private static Cluster cluster;
    private static TinyImage images;
    private static Path kubeconfig;

    @BeforeAll
    static void openCluster(Cluster own, Registry registry) {
        cluster = own;
        cluster.enforce("restricted");
        images = new TinyImage(registry);
        kubeconfig = Account.leastKubeconfig(cluster, folder);
    }

    @Override
    protected Platform open() {
        return KubernetesPlatform.context("least").kubeconfig(kubeconfig).namespace(cluster.namespace());
    }

    @Override
    protected Artifact healthy(int variant) {
        return images.healthy(variant);
    }

    @Override
    protected Artifact failing() {
        return images.failing();
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(90);
    }

    @Test
    void what_an_agent_uses_stays_unknown_without_a_metrics_api_and_without_the_right_to_ask_kubelets() {
        Release release = running(1, healthy(1));

        // An observation asks the agent once, and not for long.
        Observation facts = Awaitility.await()
                .atMost(patience())
                .until(() -> platform().observe(release, work()), seen -> seen.application() != null);
        assertThat(facts.use()).isNull();
    }
}
