package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The project's npm manifest. It names no agent, so that agents with one plugin set share it, its lockfile and its
 * dependencies. The keys {@code type}, {@code main} and {@code packageType} are what {@code elizaos start} looks for.
 */
final class PackageJson {

    static final String NAME = "launchpad-agent";
    static final String VERSION = "1.0.0";

    private PackageJson() {}

    /** The manifest that belongs to a lockfile's root entry. */
    static String of(JsonNode lockRoot) {
        TreeMap<String, String> dependencies = new TreeMap<>();
        lockRoot.path("dependencies")
                .properties()
                .forEach(d -> dependencies.put(d.getKey(), d.getValue().asText()));
        return of(dependencies);
    }

    static String of(SortedMap<String, String> dependencies) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("name", NAME);
        json.put("version", VERSION);
        json.put("private", true);
        json.put("type", "module");
        json.put("main", "index.js");
        json.put("packageType", "project");
        json.putObject("scripts").put("start", "node runner");
        json.putObject("engines").put("node", ">=" + Npm.OLDEST_NODE);
        ObjectNode names = json.putObject("dependencies");
        dependencies.forEach(names::put);
        return Json.write(json);
    }
}
