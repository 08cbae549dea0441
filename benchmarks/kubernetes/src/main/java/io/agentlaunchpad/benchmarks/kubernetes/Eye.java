package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.k8s.client.Connection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Sees when the cluster has an agent's Deployment and when its pod is ready: shares nothing with those who are measured. */
final class Eye implements AutoCloseable {

    private final KubernetesClient client;

    /** {@code System.nanoTime()} by name. */
    private final Map<String, Long> stored = new ConcurrentHashMap<>();

    private final Map<String, Long> ready = new ConcurrentHashMap<>();

    Eye(Corner corner) {
        client = new Connection(null, corner.context(), false).open();
        client.apps()
                .deployments()
                .inNamespace(corner.name())
                .inform(handler(
                        any -> true,
                        (Deployment object) ->
                                stored.putIfAbsent(object.getMetadata().getName(), System.nanoTime())));
        client.pods()
                .inNamespace(corner.name())
                .inform(handler(
                        Eye::isReady,
                        (Pod object) -> ready.putIfAbsent(
                                object.getMetadata().getLabels().getOrDefault("app.kubernetes.io/instance", ""),
                                System.nanoTime())));
    }

    long stored(String agent) {
        return seen(stored, agent);
    }

    long ready(String agent) {
        return seen(ready, agent);
    }

    @Override
    public void close() {
        client.close();
    }

    /** The eye may be a moment behind the one who is measured. */
    private static long seen(Map<String, Long> times, String agent) {
        long end = System.nanoTime() + 5_000_000_000L;
        while (!times.containsKey(agent) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return times.getOrDefault(agent, 0L);
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()));
    }

    private static <T> ResourceEventHandler<T> handler(Predicate<T> wanted, java.util.function.Consumer<T> seen) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                if (wanted.test(object)) {
                    seen.accept(object);
                }
            }

            @Override
            public void onUpdate(T before, T object) {
                onAdd(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {}
        };
    }
}
