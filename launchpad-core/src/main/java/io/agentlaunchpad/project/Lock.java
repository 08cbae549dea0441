package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was decided once for an agent so that it is built the same on any machine, any day.
 *
 * <p>Immutable. Law: {@code Lock.fromJson(lock.toJson()).equals(lock)}, and equal locks have equal {@link #hash()}.
 * Keep the JSON with the agent; a launch with a kept lock asks no registry.
 *
 * @param elizaVersion the version of ElizaOS's core and server packages
 * @param runnerVersion the hash of the runner's files
 * @param slim whether dependencies that are declared and never imported are left out
 * @param plugins exact version by package name
 * @param manifests what plugins outside Launchpad's own table say about themselves: name, version and settings as they
 *     stand in their published package.json, by name
 * @param packageLock text of the lockfile, format 3 of npm
 * @param baseImage the image below a built one, by digest; null while no image was asked for
 */
public record Lock(
        String elizaVersion,
        String runnerVersion,
        boolean slim,
        SortedMap<String, String> plugins,
        SortedMap<String, String> manifests,
        String packageLock,
        @Nullable String baseImage) {

    private static final int FORMAT = 1;
    private static final String MODULES = "node_modules/";
    private static final long SLIM_PACKAGE_BYTES = 850_000;
    private static final long FULL_PACKAGE_BYTES = 1_250_000;

    public Lock {
        plugins = Collections.unmodifiableSortedMap(new TreeMap<>(plugins));
        manifests = Collections.unmodifiableSortedMap(new TreeMap<>(manifests));
        packageLock = Json.write(parse(packageLock, "The package lock"));
    }

    /** The same lock over that base image. */
    public Lock withBaseImage(@Nullable String image) {
        return new Lock(elizaVersion, runnerVersion, slim, plugins, manifests, packageLock, image);
    }

    /** The same versions, run by the runner of this version of Launchpad. */
    public Lock withCurrentRunner() {
        return new Lock(elizaVersion, Runner.version(), slim, plugins, manifests, packageLock, baseImage);
    }

    /** The runner of this version of Launchpad, as locks and images name it. */
    public static String currentRunner() {
        return Runner.version();
    }

    boolean hasCurrentRunner() {
        return runnerVersion.equals(Runner.version());
    }

    /** Whether it holds these plugins and no others, each in the version asked for; if not, resolve anew. */
    public boolean fits(Collection<PluginRef> wanted) {
        Set<String> names = new TreeSet<>(PluginTable.shipped().alwaysInstalled());
        wanted.forEach(plugin -> names.add(plugin.name()));
        return names.equals(plugins.keySet())
                && wanted.stream()
                        .allMatch(plugin ->
                                plugin.version() == null || plugin.version().equals(plugins.get(plugin.name())));
    }

    /** What is known about plugins: Launchpad's own table and this lock's manifests. */
    public PluginCatalog catalog() {
        PluginCatalog catalog = PluginCatalog.shipped();
        for (String manifest : manifests.values()) {
            catalog = catalog.with(PluginInfo.fromPackageJson(manifest));
        }
        return catalog;
    }

    /** The content's SHA-256 in hex: equal for equal locks, different for different ones. */
    public String hash() {
        return Hash.of(toJson());
    }

    /** The SHA-256 of what decides {@code node_modules} alone; agents that differ in the runner only share it. */
    public String dependencyHash() {
        return Hash.of(new TreeMap<>(installFiles()));
    }

    /** Canonical JSON: one form per lock. */
    public String toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("elizaos", elizaVersion);
        json.put("runner", runnerVersion);
        json.put("slim", slim);
        ObjectNode versions = json.putObject("plugins");
        plugins.forEach(versions::put);
        if (!manifests.isEmpty()) {
            ObjectNode known = json.putObject("manifests");
            manifests.forEach((name, manifest) -> known.set(name, parse(manifest, "The manifest of " + name)));
        }
        if (baseImage != null) {
            json.put("baseImage", baseImage);
        }
        json.set("packageLock", parse(packageLock, "The package lock"));
        return Json.compact(json);
    }

    /**
     * Reads what {@link #toJson()} wrote, in this or an earlier version.
     *
     * @throws BuildException if it is no lock
     */
    public static Lock fromJson(String text) {
        JsonNode json = parse(text, "The lock");
        if (json.path("format").asInt() != FORMAT || !json.path("packageLock").isObject()) {
            throw new BuildException(
                    "INVALID_LOCK",
                    "The lock has format " + json.path("format") + "; this version reads format " + FORMAT + ".",
                    "resolve the agent's lock anew.",
                    null);
        }
        TreeMap<String, String> plugins = new TreeMap<>();
        json.path("plugins")
                .properties()
                .forEach(p -> plugins.put(p.getKey(), p.getValue().asText()));
        TreeMap<String, String> manifests = new TreeMap<>();
        json.path("manifests").properties().forEach(m -> manifests.put(m.getKey(), Json.compact(m.getValue())));
        return new Lock(
                json.path("elizaos").asText(),
                json.path("runner").asText(),
                json.path("slim").asBoolean(),
                plugins,
                manifests,
                Json.write(json.path("packageLock")),
                json.hasNonNull("baseImage") ? json.path("baseImage").asText() : null);
    }

    /** The {@code package.json} that belongs to the lockfile; npm refuses to install if they disagree. */
    public String packageJson() {
        return PackageJson.of(root());
    }

    /** What npm needs to install: manifest and lockfile. */
    SortedMap<String, byte[]> installFiles() {
        TreeMap<String, byte[]> files = new TreeMap<>();
        files.put("package.json", packageJson().getBytes(StandardCharsets.UTF_8));
        files.put("package-lock.json", packageLock.getBytes(StandardCharsets.UTF_8));
        return files;
    }

    /** How many packages an installation fetches. */
    public int packageCount() {
        return expectedPackages().size();
    }

    /** Disk space that an installation takes, roughly and rather too much, in bytes. */
    public long estimatedBytes() {
        return packageCount() * (slim ? SLIM_PACKAGE_BYTES : FULL_PACKAGE_BYTES);
    }

    /** Name and version of each package that an installation without optional ones brings; for bills of materials. */
    public List<String> installedPackages() {
        List<String> names = new ArrayList<>();
        expectedPackages().forEach((path, version) -> names.add(LockPruning.packageName(path) + "@" + version));
        return names;
    }

    /** Version by directory, for every package that must be there after an installation. */
    SortedMap<String, String> expectedPackages() {
        JsonNode packages = packages();
        TreeMap<String, String> expected = new TreeMap<>();
        for (Map.Entry<String, JsonNode> at : packages.properties()) {
            JsonNode entry = at.getValue();
            if (!at.getKey().startsWith(MODULES)
                    || entry.path("link").asBoolean()
                    || entry.path("optional").asBoolean()
                    || entry.path("dev").asBoolean()
                    || entry.path("devOptional").asBoolean()) {
                continue;
            }
            expected.put(at.getKey(), entry.path("version").asText());
        }
        return expected;
    }

    private JsonNode packages() {
        return parse(packageLock, "The package lock").path("packages");
    }

    private JsonNode root() {
        return packages().path("");
    }

    private static JsonNode parse(String text, String what) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw new BuildException("INVALID_LOCK", what + " is not JSON.", "resolve the agent's lock anew.", e);
        }
    }

    /** Without the lockfile's text. */
    @Override
    public String toString() {
        return "Lock[ElizaOS " + elizaVersion + ", " + plugins + (slim ? ", slim" : ", full") + "]";
    }
}
