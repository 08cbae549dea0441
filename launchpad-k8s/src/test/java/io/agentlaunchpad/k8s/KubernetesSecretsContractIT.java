package io.agentlaunchpad.k8s;

import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.SecretStoreContract;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Secrets of a real cluster keep the laws of a secret store. */
@RealCluster
class KubernetesSecretsContractIT extends SecretStoreContract {

    private static Cluster cluster;
    private final List<Platform> opened = new ArrayList<>();

    @BeforeAll
    static void openCluster(Cluster own) {
        cluster = own;
    }

    @Override
    protected SecretStore open() {
        Platform platform = KubernetesPlatform.context(cluster.context())
                .kubeconfig(cluster.kubeconfig())
                .namespace(cluster.namespace());
        opened.add(platform);
        return platform.secrets();
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Platform::close);
    }
}
