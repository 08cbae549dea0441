package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The packages that are really installed, whatever a lockfile says: each directory of a {@code node_modules}. */
final class NpmTree {

    private NpmTree() {}

    /**
     * @param nodeModules the directory
     * @param integrity by path below the project, such as {@code node_modules/zod}
     */
    static List<ObjectNode> components(Path nodeModules, Map<String, String> integrity) throws IOException {
        List<ObjectNode> components = new ArrayList<>();
        folder(nodeModules, "node_modules", integrity, components);
        return components;
    }

    private static void folder(Path modules, String at, Map<String, String> integrity, List<ObjectNode> into)
            throws IOException {
        for (Path entry : sorted(modules)) {
            String name = entry.getFileName().toString();
            if (name.startsWith(".") || !Files.isDirectory(entry)) {
                continue;
            }
            if (name.startsWith("@")) {
                for (Path scoped : sorted(entry)) {
                    one(scoped, at + "/" + name + "/" + scoped.getFileName(), integrity, into);
                }
            } else {
                one(entry, at + "/" + name, integrity, into);
            }
        }
    }

    private static void one(Path folder, String at, Map<String, String> integrity, List<ObjectNode> into)
            throws IOException {
        Path file = folder.resolve("package.json");
        if (Files.isRegularFile(file)) {
            JsonNode manifest = OciJson.lenient(Files.readAllBytes(file));
            if (manifest.path("name").isTextual() && manifest.path("version").isTextual()) {
                into.add(Components.npm(manifest, at, integrity.getOrDefault(at, "")));
            }
        }
        Path inner = folder.resolve("node_modules");
        if (Files.isDirectory(inner)) {
            folder(inner, at + "/node_modules", integrity, into);
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            return listed.sorted().toList();
        }
    }
}
