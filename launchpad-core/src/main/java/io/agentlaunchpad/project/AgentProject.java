package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.character.CharacterFile;
import io.agentlaunchpad.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The files an agent needs to run, without its dependencies and without any secret.
 *
 * <p>Immutable. Law: the same specification and lock give the same bytes on any machine, any day. The directory starts
 * with {@code node runner}, and {@code elizaos start} accepts it too.
 *
 * <pre>{@code
 * Lock lock = new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), Bounds.within(ofMinutes(3)));
 * AgentProject.of(spec, lock).writeTo(Path.of("ada"));
 * }</pre>
 */
public final class AgentProject {

    static final String MARKER = "launchpad.json";
    static final int FORMAT = 1;

    /** What the Dockerfile builds on where the lock names no base image: a current Node.js with long-term support. */
    private static final String BASE_IMAGE = "node:24-bookworm-slim";

    private static final String IGNORED = ".env\n.env.*\n!.env.example\ndata/\nnode_modules\n";
    private static final String SLIM_NOTE =
            "The lockfile leaves out dependencies that packages declare and never import."
                    + " Install with `npm ci`, which believes it; `npm install` would bring them back.";
    private static final String FULL_NOTE = "The lockfile holds every dependency that the packages declare.";

    private final SortedMap<String, byte[]> files;

    private AgentProject(SortedMap<String, byte[]> files) {
        this.files = files;
    }

    /**
     * The project of that agent with those versions.
     *
     * @throws BuildException if the lock is for other plugins or for another version of the runner
     */
    public static AgentProject of(AgentSpec spec, Lock lock) {
        if (!lock.fits(spec.effectivePlugins())) {
            throw new BuildException(
                    "LOCK_MISMATCH",
                    "The lock holds " + lock.plugins() + "; agent " + spec.name() + " needs " + spec.effectivePlugins()
                            + ".",
                    "resolve the lock anew.",
                    null);
        }
        if (!lock.hasCurrentRunner()) {
            throw new BuildException(
                    "LOCK_MISMATCH",
                    "The lock names runner " + lock.runnerVersion() + "; this version of Launchpad has "
                            + Runner.version() + ".",
                    "call withCurrentRunner() on the lock.",
                    null);
        }
        TreeMap<String, byte[]> files = new TreeMap<>(Runner.files());
        put(files, "character.json", CharacterFile.of(spec).json());
        put(files, "package.json", lock.packageJson());
        put(files, "package-lock.json", lock.packageLock());
        put(files, ".env.example", EnvExample.of(spec, lock));
        put(files, "README.md", readme(spec, lock));
        put(files, "index.js", ProjectResources.text("index.js"));
        put(files, "Dockerfile", dockerfile(spec, lock));
        put(files, ".dockerignore", ProjectResources.text("dockerignore.txt"));
        put(files, ".gitignore", IGNORED);
        put(files, MARKER, marker(spec, lock));
        return new AgentProject(Collections.unmodifiableSortedMap(files));
    }

    /** Content by path, {@code /} between folders; the arrays are not copies: leave them as they are. */
    public SortedMap<String, byte[]> files() {
        return files;
    }

    /** {@code sha256:} and the hash of all paths and contents. */
    public String digest() {
        return "sha256:" + Hash.of(files);
    }

    /**
     * Writes the files. A new directory appears whole, by one rename. In a directory that holds a Launchpad project, each
     * file that differs is replaced by one rename, files of an earlier version go, and everything else (such as
     * {@code .env}, {@code data}, {@code node_modules}) stays. Twice is once.
     *
     * @throws BuildException if the directory holds something else, or cannot be written
     */
    public void writeTo(Path directory) {
        new ProjectDirectory(directory.toAbsolutePath().normalize()).write(files);
    }

    private static void put(SortedMap<String, byte[]> files, String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String dockerfile(AgentSpec spec, Lock lock) {
        String base = lock.baseImage();
        return ProjectResources.text("Dockerfile")
                .replace("{{baseImage}}", base == null ? BASE_IMAGE : base)
                .replace("{{agentName}}", spec.name().toLowerCase(Locale.ROOT))
                .replace(
                        "{{plugins}}",
                        lock.plugins().entrySet().stream()
                                .map(plugin -> plugin.getKey() + "@" + plugin.getValue())
                                .collect(Collectors.joining(",")))
                .replace("{{runner}}", lock.runnerVersion());
    }

    private static String readme(AgentSpec spec, Lock lock) {
        return ProjectResources.text("README.template.md")
                .replace("{{elizaosVersion}}", lock.elizaVersion())
                .replace("{{lockNote}}", lock.slim() ? SLIM_NOTE : FULL_NOTE)
                .replace("{{agentName}}", spec.name());
    }

    private static String marker(AgentSpec spec, Lock lock) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("agent", spec.name());
        json.put("elizaos", lock.elizaVersion());
        json.put("runner", lock.runnerVersion());
        json.put("slim", lock.slim());
        json.put("lock", lock.hash());
        return Json.write(json);
    }

    @Override
    public String toString() {
        return "AgentProject[" + files.size() + " files, " + digest() + "]";
    }
}
