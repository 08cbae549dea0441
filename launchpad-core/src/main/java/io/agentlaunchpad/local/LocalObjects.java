package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.internal.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What would run, as this platform renders it for a release: no secret, no path of this machine, the same text for the
 * same agent anywhere.
 *
 * @param format of this record
 * @param command without the path of Node.js
 * @param project digest of the project directory, or null while it is not built
 * @param dependencies digest of its lockfile, or null; another one may migrate the embedded database
 * @param environment fixed for every start; port, directories and secrets are added by the start itself
 */
record LocalObjects(
        int format,
        List<String> command,
        @Nullable String project,
        @Nullable String dependencies,
        Map<String, String> environment) {

    /** Quiet, private, and readable by programs; the variables of ElizaOS 1.7. */
    private static final Map<String, String> FIXED = Map.of(
            "SERVER_HOST", "127.0.0.1",
            "ELIZA_UI_ENABLE", "false",
            "SENTRY_DSN", "off",
            "ELIZA_NO_AUTO_INSTALL", "true",
            "LOG_JSON_FORMAT", "true");

    LocalObjects {
        command = List.copyOf(command);
        environment = java.util.Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** What runs for a specification. */
    static LocalObjects of(AgentSpec spec, @Nullable Artifact artifact) {
        return new LocalObjects(
                1,
                List.of(
                        "node",
                        "--max-old-space-size=" + heapMegabytes(spec.resources().memoryBytes()),
                        "runner"),
                artifact == null ? null : artifact.digest(),
                artifact instanceof Artifact.Project project ? lockfile(project.directory()) : null,
                environment(spec));
    }

    private static Map<String, String> environment(AgentSpec spec) {
        Map<String, String> all = new TreeMap<>(FIXED);
        TreeSet<String> waived = new TreeSet<>();
        spec.waived().values().forEach(waived::addAll);
        if (!waived.isEmpty()) {
            all.put("LAUNCHPAD_WAIVED", String.join(",", waived));
        }
        return all;
    }

    static LocalObjects parse(String text) {
        return Json.read(text, LocalObjects.class);
    }

    /** One line of JSON, always the same for equal objects. */
    String text() {
        return Json.write(this);
    }

    /** How this differs from what ran before: one line per field. */
    List<String> differencesFrom(@Nullable LocalObjects before) {
        List<String> lines = new ArrayList<>();
        add(lines, "command", before == null ? null : String.join(" ", before.command), String.join(" ", command));
        add(lines, "project", before == null ? null : before.project, project == null ? "(not built yet)" : project);
        add(lines, "dependencies", before == null ? null : before.dependencies, dependencies);
        Map<String, String> old = before == null ? Map.of() : before.environment;
        TreeSet<String> names = new TreeSet<>(environment.keySet());
        names.addAll(old.keySet());
        for (String name : names) {
            add(lines, "environment." + name, old.get(name), environment.get(name));
        }
        return lines;
    }

    private static void add(List<String> lines, String path, @Nullable String old, @Nullable String now) {
        if (!Objects.equals(old, now)) {
            lines.add(path + ": " + (old == null ? "(none)" : old) + " → " + (now == null ? "(none)" : now));
        }
    }

    /**
     * A process of this user has no memory limit that holds on every system. The heap, which is what grows when an agent
     * leaks, gets three quarters of the limit; the rest is for the database and the runtime itself.
     */
    private static long heapMegabytes(long memoryBytes) {
        return Math.max(128, memoryBytes / (1 << 20) * 3 / 4);
    }

    private static @Nullable String lockfile(Path directory) {
        try (InputStream in = new DigestInputStream(
                Files.newInputStream(directory.resolve("package-lock.json")), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(
                                    ((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw LocalFiles.failed("read the lockfile in " + directory, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
