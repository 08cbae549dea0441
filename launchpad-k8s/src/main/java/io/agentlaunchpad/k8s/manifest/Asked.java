package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one rendering is made from, and what the parts of it have in common. */
record Asked(PlanRequest request, ManifestSettings settings, ClusterFacts facts, Names names, List<String> warnings) {

    static final int PORT = 3000;
    static final String PORT_NAME = "http";

    AgentSpec spec() {
        return request.spec();
    }

    boolean pglite() {
        return spec().database() == Database.PGLITE;
    }

    /** Two pods at a time would corrupt the embedded database, or answer twice on a chat platform. */
    boolean oneAtATime() {
        return pglite() || spec().effectivePlugins().stream().anyMatch(plugin -> bot(plugin.name()));
    }

    private static boolean bot(String plugin) {
        return PluginCatalog.shipped()
                .find(plugin)
                .map(info -> info.category() == PluginInfo.Category.CHANNEL)
                .orElse(false);
    }

    boolean keepsVolume() {
        return pglite() && !settings.ephemeral();
    }

    /** Whether others may call its message API inside the cluster. */
    boolean web() {
        return spec().channels().web();
    }

    boolean exposed() {
        return web() && spec().expose().isPresent();
    }

    Map<String, Object> podSelector() {
        return Maps.map("matchLabels", Maps.map(Labels.AGENT, request.agentId().value()));
    }

    /** An object of this agent. */
    Manifest manifest(String apiVersion, String kind, String name, Map<String, Object> rest) {
        return manifest(apiVersion, kind, name, Map.of(), rest);
    }

    Manifest manifest(
            String apiVersion, String kind, String name, Map<String, String> annotations, Map<String, Object> rest) {
        Map<String, Object> allAnnotations = new TreeMap<>(Labels.annotations(request.owner(), spec()));
        allAnnotations.putAll(annotations);
        Map<String, Object> object = Maps.map(
                "apiVersion", apiVersion,
                "kind", kind,
                "metadata",
                        Maps.map(
                                "name",
                                name,
                                "namespace",
                                settings.namespace(),
                                "labels",
                                Labels.of(request.agentId()),
                                "annotations",
                                allAnnotations));
        object.putAll(rest);
        return Manifest.of(Manifests.tree(object));
    }
}
