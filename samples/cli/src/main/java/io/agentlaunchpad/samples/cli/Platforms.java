package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.spi.Platform;
import org.jspecify.annotations.Nullable;

/** The one place that knows the cluster's library. */
final class Platforms {

    private Platforms() {}

    /** The place that options mean; what they leave out the kubeconfig says, or the pod that the process runs in. */
    static Place place(
            @Nullable String context,
            @Nullable String namespace,
            boolean ephemeral,
            java.util.List<String> pullSecrets) {
        return new Place(context == null ? "" : context, namespace == null ? "default" : namespace, ephemeral, pullSecrets);
    }

    static Platform of(Place place) {
        throw new InputException("This build knows no clusters; " + place.name() + " cannot be reached.", "use local.");
    }
}
