package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Node.js runtime and its npm client, as this machine has them.
 *
 * <p>Nothing is looked for until it is needed. npm runs with the person's own settings, proxies and certificate
 * authorities: the environment is passed through, except variables in which people keep an agent's
 * secrets or Launchpad's own settings. Install scripts never run. Thread-safe.
 */
public final class Npm {

    /** The oldest Node.js that runs an agent. */
    public static final int OLDEST_NODE = 20;

    private static final int OLDEST_NPM = 9;
    private static final Duration QUICK = Duration.ofSeconds(20);
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(LAUNCHPAD|OPENAI|ANTHROPIC|GOOGLE_GENERATIVE_AI|OLLAMA|OPENROUTER|GROQ|DISCORD|TELEGRAM|TWITTER|ELIZA)_.*"
                    + "|POSTGRES_URL|SECRET_SALT|SERVER_API_KEY");

    private final Map<String, String> environment;
    private final @Nullable Path givenNode;
    private final @Nullable Path givenNpm;
    private volatile @Nullable Versions versions;

    /** What {@link #check()} found. */
    public record Versions(Path node, String nodeVersion, Path npm, String npmVersion) {}

    private Npm(Map<String, String> environment, @Nullable Path node, @Nullable Path npm) {
        this.environment = withoutSecrets(environment);
        this.givenNode = node;
        this.givenNpm = npm;
    }

    /** Node and npm as the PATH of this process finds them. */
    public static Npm onPath() {
        return new Npm(System.getenv(), null, null);
    }

    /** Node and npm as the PATH of that environment finds them; the client runs with that environment. */
    public static Npm onPath(Map<String, String> environment) {
        return new Npm(environment, null, null);
    }

    /** These two programs, with the environment of this process. */
    public static Npm at(Path node, Path npm) {
        return new Npm(System.getenv(), node, npm);
    }

    /**
     * The Node.js program.
     *
     * @throws PreflightException if there is none
     */
    public Path node() {
        return find("node", givenNode)
                .orElseThrow(() -> new PreflightException(
                        "NODE_MISSING",
                        "Node.js was not found" + (givenNode == null ? " on PATH." : " at " + givenNode + "."),
                        "install Node.js " + OLDEST_NODE + " or newer and put `node` on PATH.",
                        null));
    }

    /**
     * The npm program.
     *
     * @throws PreflightException if there is none
     */
    public Path npm() {
        return find("npm", givenNpm)
                .orElseThrow(() -> new PreflightException(
                        "NPM_MISSING",
                        "npm was not found" + (givenNpm == null ? " on PATH." : " at " + givenNpm + "."),
                        "install Node.js " + OLDEST_NODE + " or newer with npm and put `npm` on PATH.",
                        null));
    }

    /**
     * Finds both programs and asks their versions; the answer is kept.
     *
     * @throws PreflightException if one is missing or too old
     */
    public Versions check() {
        Versions known = versions;
        if (known == null) {
            Path node = node();
            Path npm = npm();
            known = new Versions(node, version(node, "Node.js", OLDEST_NODE), npm, version(npm, "npm", OLDEST_NPM));
            versions = known;
        }
        return known;
    }

    /** Runs npm in a directory; the exit code is the caller's to judge. */
    NpmRun.Output run(String doing, Path directory, List<String> arguments, Bounds bounds) {
        List<String> command = new ArrayList<>();
        command.add(check().npm().toString());
        command.addAll(arguments);
        return new NpmRun(doing, bounds).run(command, childEnvironment(), directory);
    }

    /** Runs Node.js in a directory; the exit code is the caller's to judge. */
    NpmRun.Output node(String doing, Path directory, List<String> arguments, Bounds bounds) {
        List<String> command = new ArrayList<>();
        command.add(node().toString());
        command.addAll(arguments);
        return new NpmRun(doing, bounds).runBare(command, childEnvironment(), directory);
    }

    /** The person's own settings where they differ from npm's defaults stay; npm's long default patience is shortened. */
    List<String> patience(Path directory, Bounds bounds) {
        NpmRun.Output output = new NpmRun("reading npm's settings", bounds)
                .runBare(List.of(check().npm().toString(), "config", "list", "--json"), childEnvironment(), directory);
        if (output.exit() != 0) {
            return List.of();
        }
        List<String> flags = new ArrayList<>();
        try {
            JsonNode config = Json.read(output.stdout());
            shorten(config, "fetch-retry-mintimeout", 10_000, 1_000, flags);
            shorten(config, "fetch-retry-maxtimeout", 60_000, 5_000, flags);
            shorten(config, "fetch-timeout", 300_000, 60_000, flags);
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return flags;
    }

    private static void shorten(JsonNode config, String key, int npmDefault, int ours, List<String> flags) {
        if (config.path(key).asInt(npmDefault) == npmDefault) {
            flags.add("--" + key + "=" + ours);
        }
    }

    /** The environment without variables that could hold an agent's secrets. */
    static Map<String, String> withoutSecrets(Map<String, String> environment) {
        Map<String, String> clean = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (!SECRET_NAME.matcher(name).matches()) {
                clean.put(name, value);
            }
        });
        return clean;
    }

    private Map<String, String> childEnvironment() {
        Map<String, String> child = new TreeMap<>(environment);
        Path nodeHome = node().toAbsolutePath().getParent();
        if (nodeHome != null) {
            child.merge("PATH", nodeHome.toString(), (path, home) -> home + File.pathSeparator + path);
        }
        child.put("NO_UPDATE_NOTIFIER", "1");
        return child;
    }

    private Optional<Path> find(String program, @Nullable Path given) {
        if (given != null) {
            return Files.isExecutable(given) ? Optional.of(given.toAbsolutePath()) : Optional.empty();
        }
        for (String dir : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(dir.isEmpty() ? "." : dir, program);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private String version(Path program, String name, int oldest) {
        NpmRun.Output output = new NpmRun("asking the version of " + name, Bounds.within(QUICK))
                .run(
                        List.of(program.toString(), "--version"),
                        childEnvironment(),
                        Path.of("").toAbsolutePath());
        String version = output.stdout().strip();
        String digits = version.replaceFirst("^v", "").replaceFirst("\\..*$", "");
        if (output.exit() != 0 || !digits.matches("\\d{1,4}")) {
            throw new PreflightException(
                    "NODE_BROKEN",
                    program + " --version failed (exit " + output.exit() + ")" + NpmFailure.quoted(output.tail()) + ".",
                    "reinstall Node.js " + OLDEST_NODE + " or newer.",
                    null);
        }
        if (Integer.parseInt(digits) < oldest) {
            throw new PreflightException(
                    "NODE_TOO_OLD",
                    name + " " + version + " at " + program + " is too old.",
                    "install Node.js " + OLDEST_NODE + " or newer.",
                    null);
        }
        return version.replaceFirst("^v", "");
    }

    /** What a run must have succeeded in. */
    static void expectSuccess(NpmRun.Output output, String doing, String packages) {
        if (output.exit() != 0) {
            throw NpmFailure.of(doing, packages, output.tail());
        }
    }

    static JsonNode json(NpmRun.Output output, String doing) {
        try {
            return Json.read(output.stdout());
        } catch (JsonProcessingException e) {
            throw new BuildException(
                    "NPM_FAILED",
                    "npm gave no readable answer while " + doing + ".",
                    "check `npm --version`; reinstall npm.",
                    e);
        }
    }
}
