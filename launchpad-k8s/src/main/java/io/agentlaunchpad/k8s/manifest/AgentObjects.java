package io.agentlaunchpad.k8s.manifest;

import static io.agentlaunchpad.k8s.manifest.Maps.map;

import io.agentlaunchpad.spi.Platform.PlanRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Renders what runs for a request. Pure: the same text for the same request, settings and facts, and nobody is asked.
 *
 * <p>Not among the objects, because they hold values: the Secrets that {@link Names} names, which pods only refer to.
 */
public final class AgentObjects {

    private AgentObjects() {}

    /**
     * The objects of an agent.
     *
     * @throws io.agentlaunchpad.error.PreflightException when the artifact is no image, or a customizer changed what it
     *     must not
     */
    public static Rendering render(PlanRequest request, ManifestSettings settings, ClusterFacts facts) {
        Asked asked = new Asked(request, settings, facts, Names.of(request.agentId()), new ArrayList<>());
        List<Manifest> plain = new ArrayList<>();
        plain.add(account(asked));
        if (asked.keepsVolume()) {
            plain.add(Workload.claim(asked));
        }
        plain.addAll(Network.of(asked));
        if (facts.podMonitors()) {
            plain.add(podMonitor(asked));
        }
        plain.add(Workload.deployment(asked));
        List<Manifest> all = new ArrayList<>();
        if (settings.createNamespace()) {
            all.add(namespace(settings));
        }
        plain.forEach(manifest -> all.add(Template.signed(Customizing.of(asked, manifest))));
        if (asked.pglite() && settings.ephemeral()) {
            asked.warnings().add("The agent's memory is gone whenever its pod is replaced: it has no volume.");
        }
        return new Rendering(all, asked.warnings());
    }

    /** Shared by all agents of the namespace, so it bears the mark of none. */
    public static Manifest namespace(ManifestSettings settings) {
        return Manifest.of(Manifests.tree(map(
                "apiVersion", "v1",
                "kind", "Namespace",
                "metadata",
                        map(
                                "name", settings.namespace(),
                                "labels",
                                        map(
                                                Labels.MANAGED_BY,
                                                Labels.LAUNCHPAD,
                                                "pod-security.kubernetes.io/enforce",
                                                "restricted")))));
    }

    private static Manifest account(Asked asked) {
        return asked.manifest(
                "v1", "ServiceAccount", asked.names().agent(), map("automountServiceAccountToken", false));
    }

    private static Manifest podMonitor(Asked asked) {
        return asked.manifest(
                "monitoring.coreos.com/v1",
                "PodMonitor",
                asked.names().agent(),
                map(
                        "spec",
                        map(
                                "selector", asked.podSelector(),
                                "podMetricsEndpoints", List.of(map("port", Asked.PORT_NAME, "path", "/metrics")))));
    }
}
