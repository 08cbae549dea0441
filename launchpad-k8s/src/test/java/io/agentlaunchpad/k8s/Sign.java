package io.agentlaunchpad.k8s;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** When a cluster first says that something is wrong: an eye of the test's own, which shares nothing with what it measures. */
final class Sign implements AutoCloseable {

    private final List<SharedIndexInformer<?>> watches = new ArrayList<>();
    private final AtomicLong first = new AtomicLong();

    Sign(KubernetesClient client, String namespace, Predicate<HasMetadata> wrong) {
        watches.add(client.pods().inNamespace(namespace).inform(watcher(wrong)));
        watches.add(client.apps().deployments().inNamespace(namespace).inform(watcher(wrong)));
        watches.add(client.v1().events().inNamespace(namespace).inform(watcher(wrong)));
    }

    /** {@code System.nanoTime()} of the first sign; 0 while there is none. */
    long at() {
        return first.get();
    }

    @Override
    public void close() {
        watches.forEach(SharedIndexInformer::close);
    }

    private <T extends HasMetadata> ResourceEventHandler<T> watcher(Predicate<HasMetadata> wrong) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                seen(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                seen(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {}

            private void seen(T object) {
                if (wrong.test(object)) {
                    first.compareAndSet(0, System.nanoTime());
                }
            }
        };
    }

    /** A container waits for, or ended by, one of these reasons. */
    static Predicate<HasMetadata> container(String... reasons) {
        List<String> all = List.of(reasons);
        return object -> object instanceof Pod pod
                && Stream.concat(
                                pod.getStatus().getInitContainerStatuses().stream(),
                                pod.getStatus().getContainerStatuses().stream())
                        .flatMap(Sign::reasons)
                        .anyMatch(all::contains);
    }

    private static Stream<String> reasons(ContainerStatus status) {
        return Stream.of(status.getState(), status.getLastState())
                .filter(state -> state != null)
                .flatMap(Sign::reasons);
    }

    private static Stream<String> reasons(ContainerState state) {
        return Stream.of(
                String.valueOf(
                        state.getWaiting() == null ? null : state.getWaiting().getReason()),
                String.valueOf(
                        state.getTerminated() == null
                                ? null
                                : state.getTerminated().getReason()));
    }

    /** The scheduler found no node. */
    static Predicate<HasMetadata> unschedulable() {
        return object -> object instanceof Pod pod
                && pod.getStatus().getConditions().stream().anyMatch(each -> "Unschedulable".equals(each.getReason()));
    }

    /** The Deployment cannot make pods. */
    static Predicate<HasMetadata> replicaFailure() {
        return object -> object instanceof Deployment deployment
                && deployment.getStatus() != null
                && deployment.getStatus().getConditions().stream()
                        .anyMatch(each -> "ReplicaFailure".equals(each.getType()) && "True".equals(each.getStatus()));
    }

    /** An event of that reason with those words. */
    static Predicate<HasMetadata> event(String reason, String words) {
        return object -> object instanceof Event event
                && reason.equals(event.getReason())
                && String.valueOf(event.getMessage()).contains(words);
    }
}
