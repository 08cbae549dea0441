package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Decides every version once.
 *
 * <p>Plugins of Launchpad's own table are looked up in the lock that ships in the jar: milliseconds, no network, the same
 * answer everywhere. Any other plugin, and any other version, is resolved by the npm client on top of that lock, so that
 * the shipped versions stay as they are; keep the {@link Lock} with the agent and nothing is resolved again. Install
 * scripts never run. Thread-safe.
 */
public final class LockResolver {

    private static final Pattern NAME =
            Pattern.compile("(?:@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+-]*");
    private static final String CORE = "@elizaos/core";

    private final Npm npm;
    private final boolean slim;

    public LockResolver(Npm npm) {
        this(npm, true);
    }

    private LockResolver(Npm npm, boolean slim) {
        this.npm = npm;
        this.slim = slim;
    }

    /** Resolves to the full set of dependencies, as declared: larger, for a plugin that the slim set does not serve. */
    public LockResolver full() {
        return new LockResolver(npm, false);
    }

    /**
     * The lock for these plugins; sql and bootstrap are in it whether named or not.
     *
     * @throws BuildException if a plugin or version does not exist, or two of them exclude each other
     * @throws io.agentlaunchpad.error.UnreachableException if the registry is needed and does not answer
     * @throws PreflightException if npm is needed and missing, or a plugin is made for another ElizaOS
     */
    public Lock resolve(Collection<PluginRef> plugins, Bounds bounds) {
        plugins.forEach(LockResolver::checkName);
        PluginTable table = PluginTable.shipped();
        TreeMap<String, String> known = new TreeMap<>(table.base());
        Map<String, PluginRef> others = new LinkedHashMap<>();
        for (PluginRef plugin : plugins) {
            String shipped = table.plugins().get(plugin.name());
            if (shipped != null && (plugin.version() == null || plugin.version().equals(shipped))) {
                known.put(plugin.name(), shipped);
            } else {
                known.remove(plugin.name());
                others.put(plugin.name(), plugin);
            }
        }
        if (others.isEmpty()) {
            return lock(table.lock(known, slim), slim, new TreeMap<>());
        }
        return resolve(known, others.values(), bounds);
    }

    /** Whether {@link #resolve} answers from the jar alone. */
    public boolean isShipped(Collection<PluginRef> plugins) {
        SortedMap<String, String> shipped = PluginTable.shipped().plugins();
        return plugins.stream()
                .allMatch(plugin -> shipped.containsKey(plugin.name())
                        && (plugin.version() == null || plugin.version().equals(shipped.get(plugin.name()))));
    }

    private Lock resolve(SortedMap<String, String> known, Collection<PluginRef> others, Bounds bounds) {
        Path work = null;
        try {
            work = Files.createTempDirectory("launchpad-resolve-");
            List<String> patience = npm.patience(work, bounds);
            // First what is published: its manifest may tell at once what npm would find out after resolving a whole
            // tree.
            Map<PluginRef, PublishedPlugin> exact = new LinkedHashMap<>();
            for (PluginRef plugin : others) {
                PublishedPlugin published = published(work, plugin, patience, bounds);
                refuseOtherEliza(plugin.name(), published.version(), published.pinned(CORE));
                exact.put(new PluginRef(plugin.name(), published.version()), published);
            }
            JsonNode lock = resolve(work.resolve("first"), known, exact.keySet(), slim, patience, bounds);
            TreeMap<String, String> manifests = new TreeMap<>();
            Set<String> missing = new TreeSet<>();
            for (Map.Entry<PluginRef, PublishedPlugin> plugin : exact.entrySet()) {
                String name = plugin.getKey().name();
                manifests.put(name, plugin.getValue().settings());
                missing.addAll(missing(lock, name, plugin.getValue()));
            }
            Set<String> whole = new TreeSet<>();
            PluginTable.shipped()
                    .lock(known, false)
                    .path("packages")
                    .fieldNames()
                    .forEachRemaining(whole::add);
            missing.removeIf(name -> !whole.contains("node_modules/" + name));
            if (!slim || missing.isEmpty()) {
                return lock(lock, slim, manifests);
            }
            bounds.tell("taking the full set of dependencies: a plugin imports " + missing + " without declaring it");
            return lock(
                    resolve(work.resolve("full"), known, exact.keySet(), false, patience, bounds), false, manifests);
        } catch (IOException e) {
            throw new BuildException(
                    "RESOLVE_FAILED",
                    "The temporary directory failed while resolving " + others + ": " + e.getMessage() + ".",
                    "free space there, or set java.io.tmpdir to another directory.",
                    e);
        } finally {
            Trees.deleteQuietly(work);
        }
    }

    /** Lets npm add the other plugins to the shipped lock. */
    private JsonNode resolve(
            Path directory,
            SortedMap<String, String> known,
            Collection<PluginRef> others,
            boolean slim,
            List<String> patience,
            Bounds bounds)
            throws IOException {
        String names =
                String.join(", ", others.stream().map(PluginRef::toString).toList());
        String doing = "resolving " + names;
        bounds.tell(doing);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("package.json"), PackageJson.of(known));
        Files.writeString(
                directory.resolve("package-lock.json"),
                Json.write(PluginTable.shipped().lock(known, slim)));
        List<String> arguments = new ArrayList<>(List.of("install", "--package-lock-only", "--save-exact"));
        arguments.addAll(DependencyInstaller.ALWAYS);
        arguments.addAll(List.of("--omit=optional", "--omit=dev", "--lockfile-version=3", "--force=false"));
        arguments.addAll(patience);
        arguments.add("--");
        others.forEach(plugin -> arguments.add(plugin.toString()));
        Npm.expectSuccess(npm.run(doing, directory, arguments, bounds), doing, names);
        try {
            JsonNode lock = Json.read(Files.readString(directory.resolve("package-lock.json")));
            TreeMap<String, String> dependencies = new TreeMap<>(known);
            others.forEach(plugin -> dependencies.put(plugin.name(), version(lock, plugin.name())));
            return lean(lock, dependencies, others, slim);
        } catch (JsonProcessingException e) {
            throw new BuildException("NPM_FAILED", "npm wrote no readable lockfile.", "reinstall npm.", e);
        }
    }

    /**
     * Without tools that build plugins. And, in the slim set, with one core for all: plugins pin the very core they were
     * built with, which would bring a second copy of everything, while the runtime hands them objects of the first.
     */
    static JsonNode lean(
            JsonNode lock, SortedMap<String, String> dependencies, Collection<PluginRef> others, boolean slim) {
        others.forEach(plugin ->
                refuseOtherEliza(plugin.name(), version(lock, plugin.name()), nestedCore(lock, plugin.name())));
        Set<String> otherCore = slim ? LockPruning.withOtherCopyOf(lock, CORE) : Set.of();
        Map<String, List<String>> unused = new TreeMap<>();
        lock.path("packages").fieldNames().forEachRemaining(path -> {
            List<String> names = new ArrayList<>(PluginTable.shipped().buildOnly());
            if (otherCore.contains(LockPruning.packageName(path))) {
                names.add(CORE);
            }
            unused.put(LockPruning.packageName(path), names);
        });
        return LockPruning.prune(lock, PluginTable.root(dependencies), unused);
    }

    private PublishedPlugin published(Path work, PluginRef plugin, List<String> patience, Bounds bounds)
            throws IOException {
        String doing = "fetching " + plugin;
        Path packed = Files.createTempDirectory(work, "packed-");
        List<String> arguments = new ArrayList<>(List.of(
                "pack", "--pack-destination=" + packed, "--ignore-scripts", "--loglevel=http", "--dry-run=false"));
        arguments.addAll(patience);
        arguments.addAll(List.of("--", plugin.toString()));
        Npm.expectSuccess(npm.run(doing, packed, arguments, bounds), doing, plugin.toString());
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(packed, "*.tgz")) {
            Iterator<Path> first = archives.iterator();
            if (first.hasNext()) {
                return PublishedPlugin.read(first.next());
            }
        }
        throw new BuildException("NPM_FAILED", "npm packed nothing for " + plugin + ".", "run `npm doctor`.", null);
    }

    /** What the plugin's code names and would not find beside it. */
    private static Set<String> missing(JsonNode lock, String plugin, PublishedPlugin published) {
        Set<String> missing = new TreeSet<>();
        for (String name : published.imports()) {
            JsonNode packages = lock.path("packages");
            if (!packages.has("node_modules/" + name)
                    && !packages.has("node_modules/" + plugin + "/node_modules/" + name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    /** A plugin that brings another major version of the core does not work with this one. */
    private static void refuseOtherEliza(String plugin, String version, String core) {
        String ours = PluginTable.shipped().elizaVersion();
        if (!core.isEmpty() && !major(core).equals(major(ours))) {
            throw new PreflightException(
                    "OTHER_ELIZAOS",
                    plugin + "@" + version + " is made for ElizaOS " + core + "; this agent runs " + ours + ".",
                    "choose a version for ElizaOS " + major(ours) + ": `npm view " + plugin + " versions`.",
                    null);
        }
    }

    private static String nestedCore(JsonNode lock, String plugin) {
        return lock.path("packages")
                .path("node_modules/" + plugin + "/node_modules/" + CORE)
                .path("version")
                .asText();
    }

    private static String major(String version) {
        return version.replaceFirst("\\..*$", "");
    }

    private static String version(JsonNode lock, String name) {
        String version = lock.path("packages")
                .path("node_modules/" + name)
                .path("version")
                .asText();
        if (version.isEmpty()) {
            throw new BuildException("NPM_FAILED", "npm's lockfile lacks " + name + ".", "run `npm doctor`.", null);
        }
        return version;
    }

    private static Lock lock(JsonNode packageLock, boolean slim, SortedMap<String, String> manifests) {
        TreeMap<String, String> plugins = new TreeMap<>();
        packageLock.path("packages").path("").path("dependencies").properties().forEach(dependency -> {
            if (!PluginTable.shipped().base().containsKey(dependency.getKey())
                    || PluginTable.shipped().plugins().containsKey(dependency.getKey())) {
                plugins.put(dependency.getKey(), dependency.getValue().asText());
            }
        });
        return new Lock(
                version(packageLock, CORE), Runner.version(), slim, plugins, manifests, Json.write(packageLock), null);
    }

    private static void checkName(PluginRef plugin) {
        String version = plugin.version();
        if (!NAME.matcher(plugin.name()).matches()
                || (version != null && !VERSION.matcher(version).matches())) {
            throw new BuildException(
                    "INVALID_PLUGIN",
                    "\"" + plugin + "\" is not the name of an npm package.",
                    "write it as NAME or NAME@VERSION, such as @elizaos/plugin-openai@1.6.0.",
                    null);
        }
    }
}
