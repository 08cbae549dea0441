package io.agentlaunchpad.k8s;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** When a cluster first says that something is wrong: an eye of the test's own, which shares nothing with what it measures. */
final class Sign implements AutoCloseable {

    private final List<Watch> watches = new ArrayList<>();
    private final AtomicLong first = new AtomicLong();

    Sign(KubernetesClient client, String namespace, Predicate<HasMetadata> wrong) {
        watches.add(client.pods().inNamespace(namespace).watch(watcher(wrong)));
        watches.add(client.apps().deployments().inNamespace(namespace).watch(watcher(wrong)));
        watches.add(client.v1().events().inNamespace(namespace).watch(watcher(wrong)));
    }

    /** {@code System.nanoTime()} of the first sign; 0 while there is none. */
    long at() {
        return first.get();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }

    private <T extends HasMetadata> Watcher<T> watcher(Predicate<HasMetadata> wrong) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action != Action.DELETED && wrong.test(object)) {
                    first.compareAndSet(0, System.nanoTime());
                }
            }

            @Override
            public void onClose(WatcherException cause) {}
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
                String.valueOf(state.getWaiting() == null ? null : state.getWaiting().getReason()),
                String.valueOf(
                        state.getTerminated() == null
                                ? null
                                : state.getTerminated().getReason()));
    }

    /** The scheduler found no node. */
    static Predicate<HasMetadata> unschedulable() {
        return object -> object instanceof Pod pod
                && pod.getStatus().getConditions().stream()
                        .anyMatch(each -> "Unschedulable".equals(each.getReason()));
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
