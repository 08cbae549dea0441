package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What ships in the jar about versions: the base packages, the plugins known by heart, one lock of them all, and which
 * dependencies each of them declares and never imports. Read once.
 */
final class PluginTable {

    private final String elizaVersion;
    private final SortedMap<String, String> base;
    private final SortedMap<String, String> plugins;
    private final Map<String, List<String>> unused;
    private final List<String> buildOnly;
    private final JsonNode lock;

    private PluginTable(JsonNode table, JsonNode lock) {
        this.elizaVersion = table.path("elizaos").asText();
        this.base = versions(table.path("base"));
        this.plugins = new TreeMap<>();
        table.path("plugins")
                .forEach(plugin -> plugins.put(
                        plugin.path("name").asText(), plugin.path("version").asText()));
        this.unused = new TreeMap<>();
        table.path("unused").properties().forEach(at -> unused.put(at.getKey(), texts(at.getValue())));
        this.buildOnly = texts(table.path("buildOnly"));
        this.lock = lock;
    }

    static PluginTable shipped() {
        return Shipped.TABLE;
    }

    String elizaVersion() {
        return elizaVersion;
    }

    /** What every agent needs. */
    SortedMap<String, String> base() {
        return Collections.unmodifiableSortedMap(base);
    }

    /** The plugins that every agent has. */
    Set<String> alwaysInstalled() {
        Set<String> names = new TreeSet<>(base.keySet());
        names.retainAll(plugins.keySet());
        return names;
    }

    /** Version by name. */
    SortedMap<String, String> plugins() {
        return Collections.unmodifiableSortedMap(plugins);
    }

    /** What plugins declare by mistake, to build themselves with. */
    List<String> buildOnly() {
        return buildOnly;
    }

    /** The lock for some of the table's packages, cut out of the shipped one. */
    ObjectNode lock(SortedMap<String, String> dependencies, boolean slim) {
        return LockPruning.prune(lock, root(dependencies), slim ? unused : Map.of());
    }

    static ObjectNode root(SortedMap<String, String> dependencies) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("name", PackageJson.NAME);
        root.put("version", PackageJson.VERSION);
        ObjectNode names = root.putObject("dependencies");
        dependencies.forEach(names::put);
        return root;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    private static SortedMap<String, String> versions(JsonNode map) {
        TreeMap<String, String> versions = new TreeMap<>();
        map.properties().forEach(at -> versions.put(at.getKey(), at.getValue().asText()));
        return versions;
    }

    private static final class Shipped {
        static final PluginTable TABLE = read();

        private static PluginTable read() {
            try {
                return new PluginTable(
                        Json.read(ProjectResources.text("plugins.json")),
                        Json.read(ProjectResources.text("locks/package-lock.json")));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Launchpad's own plugin table is not JSON", e);
            }
        }
    }
}
