package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.error.UnexpectedException;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.release.Release;
import java.time.Duration;

/**
 * The release that counts, as far as live objects tell it.
 *
 * @param agent the agent's id
 * @param deployment the Deployment's name
 * @param objects the hash that the Deployment carries once the release was applied
 * @param template the hash that its pods carry
 * @param replicas that should run
 * @param uid of the Deployment; empty where it was not applied from here
 * @param generation of that Deployment, at least; another one, which another process made, counts from one again
 * @param waitForNodes how long a pod may wait for a node that fits: an autoscaler may bring one
 */
public record Expected(
        String agent,
        String deployment,
        String objects,
        String template,
        int replicas,
        String uid,
        long generation,
        Duration waitForNodes) {

    /** What a release makes one expect. */
    public static Expected of(Release release, String uid, long generation, Duration waitForNodes) {
        Manifest workload = Manifests.read(release.objects()).stream()
                .filter(Manifest::workload)
                .findFirst()
                .orElseThrow(() -> new UnexpectedException(
                        "RELEASE_UNREADABLE",
                        "Release " + release.revision() + " of agent " + release.agentId()
                                + " has no Deployment in it.",
                        "launch the agent again.",
                        null));
        return new Expected(
                release.agentId().value(),
                workload.name(),
                Manifests.hash(release.objects()),
                workload.tree()
                        .at("/spec/template/metadata/annotations")
                        .path(Labels.TEMPLATE)
                        .asText(),
                release.run().replicas(),
                uid,
                generation,
                waitForNodes);
    }
}
