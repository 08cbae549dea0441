package io.agentlaunchpad.k8s;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.PlatformContract;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;

/** The Kubernetes platform keeps the laws, on a real cluster, with pods of a stand-in for the agent. */
@RealCluster
@RealRegistry
class KubernetesPlatformContractIT extends PlatformContract {

    private static Cluster cluster;
    private static TinyImage images;

    @BeforeAll
    static void openCluster(Cluster own, Registry registry) {
        cluster = own;
        cluster.enforce("restricted");
        images = new TinyImage(registry);
    }

    @Override
    protected Platform open() {
        return KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace());
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
}
