package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The project's npm manifest. It names no agent, so that agents with one plugin set share it, its lockfile and its
 * dependencies. The keys {@code type}, {@code main} and {@code packageType} are what {@code elizaos start} looks for.
 */
final class PackageJson {

    static final String NAME = "launchpad-agent";
    private static final String STUB = "file:stubs/";

    private PackageJson() {}

    /** The manifest that belongs to a lockfile's root entry. */
    static String of(JsonNode lockRoot) {
        TreeMap<String, String> dependencies = new TreeMap<>();
        lockRoot.path("dependencies")
                .properties()
                .forEach(d -> dependencies.put(d.getKey(), d.getValue().asText()));
        return write(dependencies);
    }

    /** The manifest for resolving: exact versions, and stubs for the packages that nothing imports. */
    static String of(Map<String, String> versions, SortedSet<String> stubbed) {
        TreeMap<String, String> dependencies = new TreeMap<>(versions);
        stubbed.forEach(name -> dependencies.put(name, STUB + "empty"));
        return write(dependencies);
    }

    private static String write(SortedMap<String, String> dependencies) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("name", NAME);
        json.put("version", "1.0.0");
        json.put("private", true);
        json.put("type", "module");
        json.put("main", "index.js");
        json.put("packageType", "project");
        json.putObject("scripts").put("start", "node runner");
        json.putObject("engines").put("node", ">=" + Npm.OLDEST_NODE);
        ObjectNode names = json.putObject("dependencies");
        dependencies.forEach(names::put);
        ObjectNode overrides = Json.MAPPER.createObjectNode();
        dependencies.forEach((name, spec) -> {
            if (spec.startsWith(STUB)) {
                overrides.put(name, "$" + name);
            }
        });
        if (!overrides.isEmpty()) {
            json.set("overrides", overrides);
        }
        return Json.write(json);
    }
}
