package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.spi.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place that knows the cluster's library. */
final class Platforms {

    private Platforms() {}

    /**
     * The place that options mean; what they leave out the kubeconfig says, or the pod that the process runs in.
     *
     * @throws io.agentlaunchpad.error.WiringException where they leave something out and nothing says it
     */
    static Place place(
            @Nullable String context, @Nullable String namespace, boolean ephemeral, List<String> pullSecrets) {
        if (context != null && namespace != null) {
            return new Place(context, namespace, ephemeral, pullSecrets);
        }
        KubernetesPlatform cluster = context != null ? KubernetesPlatform.context(context) : usual();
        return new Place(
                cluster.contextName(), namespace != null ? namespace : cluster.namespaceName(), ephemeral, pullSecrets);
    }

    /** Asks nobody outside. */
    static Platform of(Place place) {
        KubernetesPlatform cluster = place.context().isEmpty()
                ? KubernetesPlatform.inCluster()
                : KubernetesPlatform.context(place.context());
        KubernetesPlatform there = cluster.namespace(place.namespace());
        if (place.ephemeral()) {
            there = there.ephemeral();
        }
        return place.pullSecrets().isEmpty()
                ? there
                : there.imagePullSecret(place.pullSecrets().toArray(String[]::new));
    }

    /** As kubectl chooses: the kubeconfig's current context, and in a pod without a kubeconfig the pod's own cluster. */
    private static KubernetesPlatform usual() {
        boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
        boolean configured = System.getenv("KUBECONFIG") != null
                || Files.exists(Path.of(System.getProperty("user.home", ""), ".kube", "config"));
        return inPod && !configured ? KubernetesPlatform.inCluster() : KubernetesPlatform.currentContext();
    }
}
