package io.agentlaunchpad.k8s.manifest;

import java.util.List;

/**
 * The objects of one agent, in the order in which they are applied, and what a person should know about them.
 *
 * @param manifests the {@linkplain Manifest#workload() workload} last
 * @param warnings one sentence each
 */
public record Rendering(List<Manifest> manifests, List<String> warnings) {

    public Rendering {
        manifests = List.copyOf(manifests);
        warnings = List.copyOf(warnings);
    }
}
