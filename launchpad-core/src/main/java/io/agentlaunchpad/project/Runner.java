package io.agentlaunchpad.project;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Launchpad's own runner: the program that starts the agent in its project directory, {@code node runner}. */
final class Runner {

    /** Listed by name, because a jar within a jar has no folders to walk; a test compares it with the folder. */
    static final List<String> FILES = List.of(
            "character.js",
            "checks.js",
            "database.js",
            "failure.js",
            "http.js",
            "index.js",
            "lifecycle.js",
            "lock.js",
            "log.js",
            "metrics.js",
            "models.js",
            "readiness.js",
            "server.js",
            "settings.js",
            "start.js",
            "streams.js");

    private Runner() {}

    /** The runner's files by path within the project. */
    static SortedMap<String, byte[]> files() {
        TreeMap<String, byte[]> files = new TreeMap<>();
        FILES.forEach(name -> files.put("runner/" + name, ProjectResources.bytes("runner/" + name)));
        return files;
    }

    /** Changes whenever a file of the runner does. */
    static String version() {
        return Shipped.VERSION;
    }

    private static final class Shipped {
        static final String VERSION = Hash.of(files()).substring(0, 16);
    }
}
