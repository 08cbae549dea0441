package io.agentlaunchpad.samples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where agents run. */
final class PlatformOptions {

    static final String LOCAL = "local";
    private static final String KUBERNETES = "kubernetes";

    @Option(names = "--platform", paramLabel = "NAME", description = "where agents run: local or kubernetes")
    private @Nullable String platform;

    @Option(
            names = "--context",
            paramLabel = "C",
            description = "context of the kubeconfig (KUBECONFIG, ~/.kube/config; default: the current one)")
    private @Nullable String context;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "namespace of the cluster (default: the context's)")
    private @Nullable String namespace;

    @Option(names = "--ephemeral", description = "on a cluster: an agent's data lives and dies with its pod, no volume")
    private boolean ephemeral;

    @Option(
            names = "--image-pull-secret",
            paramLabel = "NAME",
            description = "on a cluster: a Secret with the login of the registry; may be repeated")
    private List<String> pullSecrets = new ArrayList<>();

    /** Whether the command named a platform. */
    boolean given() {
        return platform != null;
    }

    /** The namespace that the command is about; none for the local platform, or where none was named. */
    Optional<Place> cluster() {
        return onCluster()
                ? Optional.of(Platforms.place(context, namespace, ephemeral, pullSecrets))
                : Optional.empty();
    }

    /** Whether the command is about a cluster. Refuses options that contradict each other; looks into no file. */
    boolean onCluster() {
        if (KUBERNETES.equals(platform)) {
            refuseBlank(context);
            refuseBlank(namespace);
            return true;
        }
        if (platform != null && !platform.equals(LOCAL)) {
            throw new InputException(
                    "There is no platform \"" + platform + "\".", "use --platform local or --platform kubernetes.");
        }
        refuse(context != null, "--context");
        refuse(namespace != null, "--namespace");
        refuse(ephemeral, "--ephemeral");
        refuse(!pullSecrets.isEmpty(), "--image-pull-secret");
        return false;
    }

    private static void refuse(boolean named, String option) {
        if (named) {
            throw new InputException(option + " is about a cluster.", "add --platform kubernetes, or leave it out.");
        }
    }

    private static void refuseBlank(@Nullable String name) {
        if (name != null && name.isBlank()) {
            throw new InputException("A context or namespace has an empty name.", "leave the option out, or name one.");
        }
    }
}
