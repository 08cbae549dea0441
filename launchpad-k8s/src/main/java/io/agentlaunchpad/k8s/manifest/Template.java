package io.agentlaunchpad.k8s.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The mark by which a pod is known to come from a release: the hash of its template without that mark. */
final class Template {

    private Template() {}

    /** A workload with the mark in its template; any other object as it is. */
    static Manifest signed(Manifest manifest) {
        if (!manifest.workload()) {
            return manifest;
        }
        ObjectNode tree = manifest.tree().deepCopy();
        ObjectNode template = tree.withObject("/spec/template");
        ObjectNode annotations = template.withObject("/metadata/annotations");
        annotations.remove(Labels.TEMPLATE);
        annotations.put(Labels.TEMPLATE, Manifests.hash(template));
        return Manifest.of(tree);
    }
}
