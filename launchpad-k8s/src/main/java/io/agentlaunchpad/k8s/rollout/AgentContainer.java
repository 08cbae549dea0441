package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.k8s.manifest.Names;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.Optional;

/** What a pod says of the container that the agent runs in: others may run beside it. */
final class AgentContainer {

    private AgentContainer() {}

    static boolean is(ContainerStatus container) {
        return Names.CONTAINER.equals(container.getName());
    }

    /** Whether the agent's container has run, so that there is a log. */
    static boolean hasRun(Pod pod) {
        return of(pod).map(ContainerStatus::getContainerID)
                .filter(id -> !id.isEmpty())
                .isPresent();
    }

    /**
     * Whether what crashed is the container before the one that its log speaks of: now, or in a moment, since a first
     * run is started again at once.
     */
    static boolean crashedBefore(Pod pod) {
        return of(pod).filter(each -> runsAgain(each) || Objects.requireNonNullElse(each.getRestartCount(), 0) == 0)
                .isPresent();
    }

    private static boolean runsAgain(ContainerStatus container) {
        return container.getState() != null
                && container.getState().getTerminated() == null
                && container.getLastState() != null
                && container.getLastState().getTerminated() != null;
    }

    private static Optional<ContainerStatus> of(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(AgentContainer::is)
                        .findFirst();
    }
}
