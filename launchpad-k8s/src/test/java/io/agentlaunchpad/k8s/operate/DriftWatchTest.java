package io.agentlaunchpad.k8s.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.spi.Platform.Drift;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as drift where an object goes, by what is seen of it; the API server itself is away. */
class DriftWatchTest {

    private static final GenericKubernetesResource INGRESS =
            Serialization.unmarshal("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: ada, namespace: agents, uid: i-1, labels: {agentlaunchpad.io/agent: ada}}
            """, GenericKubernetesResource.class);

    private static final GenericKubernetesResource DEPLOYMENT =
            Serialization.unmarshal("""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: ada
              namespace: agents
              uid: d-1
              labels: {agentlaunchpad.io/agent: ada}
              annotations: {agentlaunchpad.io/inventory: networking.k8s.io/v1 Ingress ada}
            """, GenericKubernetesResource.class);

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Drift> told = new ArrayList<>();
    private final ScheduledThreadPoolExecutor inTurn = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            later.add(task);
            return null;
        }
    };
    private KubernetesClient client;
    private DriftWatch watch;

    @BeforeEach
    void watch(@TempDir Path folder) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("config"), """
                clusters: [{name: away, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: away, context: {cluster: away, user: nobody}}]
                """);
        client = new Connection(kubeconfig, "away", false).open();
        watch = new DriftWatch(client, "agents", told::add, inTurn);
    }

    @AfterEach
    void close() {
        watch.close();
        client.close();
        inTurn.shutdownNow();
    }

    @Test
    void whatGoesWhileItsAgentStandsIsDrift() {
        watch.changed(DEPLOYMENT);
        watch.changed(INGRESS);
        watch.removed(INGRESS);
        settle();

        assertThat(told).extracting(Drift::object, Drift::what).containsExactly(tuple("Ingress/ada", "deleted"));
    }

    @Test
    void whatAFinalizerHeldAfterADeleteIsNoDriftOfTheAgentThatIsLaunchedAgain() {
        watch.changed(DEPLOYMENT);
        watch.changed(INGRESS);
        watch.removed(DEPLOYMENT);
        settle();
        told.clear();

        watch.removed(INGRESS);
        watch.changed(DEPLOYMENT);
        settle();

        assertThat(told).isEmpty();
    }

    private void settle() {
        for (Runnable task = later.poll(); task != null; task = later.poll()) {
            task.run();
        }
    }
}
