package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the lock for some packages out of a lock that holds more. Pure, and the same as {@code prune-lock.mjs}, which the
 * tests run beside it.
 *
 * <p>npm believes a lockfile about what a package depends on. So a dependency that a package declares and never imports
 * can be taken out of its entry, and npm installs neither it nor what it brings.
 */
final class LockPruning {

    private static final String MODULES = "node_modules/";
    private static final List<String> FIELDS = List.of("dependencies", "optionalDependencies", "peerDependencies");

    private enum Edge {
        PEER,
        FIRM,
        OPTIONAL
    }

    private final Map<String, JsonNode> packages;

    private LockPruning(Map<String, JsonNode> packages) {
        this.packages = packages;
    }

    /**
     * @param lock a lockfile of format 3
     * @param root the new root entry: name, version and dependencies
     * @param unused by package name, what it declares and never imports
     */
    static ObjectNode prune(JsonNode lock, ObjectNode root, Map<String, ? extends Collection<String>> unused) {
        TreeMap<String, JsonNode> packages = new TreeMap<>();
        for (Map.Entry<String, JsonNode> at : lock.path("packages").properties()) {
            packages.put(at.getKey(), without(at.getValue(), unused.get(packageName(at.getKey()))));
        }
        packages.put("", root);
        LockPruning graph = new LockPruning(packages);
        Set<String> all = graph.reach(edge -> true);
        Set<String> firm = graph.reach(edge -> edge != Edge.OPTIONAL);
        Set<String> notPeer = graph.reach(edge -> edge != Edge.PEER);

        ObjectNode result = Json.MAPPER.createObjectNode();
        result.put("name", root.path("name").asText());
        result.put("version", root.path("version").asText());
        result.put("lockfileVersion", 3);
        result.put("requires", true);
        ObjectNode kept = result.putObject("packages");
        packages.forEach((path, entry) -> {
            if (all.contains(path)) {
                ObjectNode copy = entry.deepCopy();
                copy.remove(List.of("dev", "devOptional", "optional", "peer"));
                if (!path.isEmpty() && !firm.contains(path)) {
                    copy.put("optional", true);
                }
                if (!path.isEmpty() && !notPeer.contains(path)) {
                    copy.put("peer", true);
                }
                kept.set(path, copy);
            }
        });
        return result;
    }

    /** {@code node_modules/a/node_modules/@b/c} → {@code @b/c}. */
    static String packageName(String path) {
        return path.substring(path.lastIndexOf(MODULES) < 0 ? 0 : path.lastIndexOf(MODULES) + MODULES.length());
    }

    /** Names of the packages that would get another copy of {@code dependency} than the one at the top. */
    static Set<String> withOtherCopyOf(JsonNode lock, String dependency) {
        Map<String, JsonNode> packages = new TreeMap<>();
        lock.path("packages").properties().forEach(at -> packages.put(at.getKey(), at.getValue()));
        LockPruning graph = new LockPruning(packages);
        Set<String> names = new HashSet<>();
        packages.forEach((path, entry) -> {
            if (edges(entry).containsKey(dependency) && !(MODULES + dependency).equals(graph.find(path, dependency))) {
                names.add(packageName(path));
            }
        });
        return names;
    }

    private static JsonNode without(JsonNode entry, @Nullable Collection<String> names) {
        if (names == null || names.isEmpty()) {
            return entry;
        }
        ObjectNode rest = entry.deepCopy();
        for (String field : FIELDS) {
            if (rest.path(field) instanceof ObjectNode dependencies) {
                dependencies.remove(names);
                if (dependencies.isEmpty()) {
                    rest.remove(field);
                }
            }
        }
        return rest;
    }

    /** The paths that the root reaches over the edges that {@code follow} admits. */
    private Set<String> reach(Predicate<Edge> follow) {
        Set<String> seen = new HashSet<>(Set.of(""));
        ArrayDeque<String> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            String path = next.remove();
            edges(packages.getOrDefault(path, Json.MAPPER.missingNode())).forEach((name, edge) -> {
                String target = follow.test(edge) ? find(path, name) : null;
                if (target != null && seen.add(target)) {
                    next.add(target);
                }
            });
        }
        return seen;
    }

    private static Map<String, Edge> edges(JsonNode entry) {
        Map<String, Edge> edges = new LinkedHashMap<>();
        entry.path("peerDependencies").fieldNames().forEachRemaining(name -> {
            if (!entry.path("peerDependenciesMeta").path(name).path("optional").asBoolean()) {
                edges.put(name, Edge.PEER);
            }
        });
        entry.path("dependencies").fieldNames().forEachRemaining(name -> edges.put(name, Edge.FIRM));
        entry.path("optionalDependencies").fieldNames().forEachRemaining(name -> edges.put(name, Edge.OPTIONAL));
        return edges;
    }

    /** Node's rule: the package's own node_modules first, then each node_modules above it. */
    private @Nullable String find(String from, String name) {
        String at = from;
        while (true) {
            String candidate = (at.isEmpty() ? "" : at + "/") + MODULES + name;
            if (packages.containsKey(candidate)) {
                return candidate;
            }
            if (at.isEmpty()) {
                return null;
            }
            at = at.substring(0, Math.max(0, at.lastIndexOf("/" + MODULES)));
        }
    }
}
