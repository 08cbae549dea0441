package io.agentlaunchpad.local;

import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Node.js that runs agents, asked once for its version and its true place (version managers put a script on the path). */
final class NodeCommand {

    static final int OLDEST = 20;

    private static final Pattern ANSWER = Pattern.compile("(?m)^node (\\d+)\\.(\\S+) (.+)$");
    private static final long ANSWER_SECONDS = 20;
    private static final String FIX = "install Node.js " + OLDEST
            + " or newer (nodejs.org), put it on PATH, or name it with LocalPlatform.node(path).";

    private final @Nullable Path chosen;
    private volatile @Nullable Path found;

    NodeCommand(@Nullable Path chosen) {
        this.chosen = chosen;
    }

    /**
     * The executable itself.
     *
     * @throws PreflightException when there is none, or it is too old
     */
    Path find(WorkContext context) {
        Path known = found;
        if (known != null && Files.isExecutable(known)) {
            return known;
        }
        context.check();
        Path fresh = ask(chosen != null ? chosen : onPath(), context);
        found = fresh;
        return fresh;
    }

    private static Path onPath() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, "node").toAbsolutePath();
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new PreflightException("NODE_MISSING", "Node.js was not found on PATH.", FIX, null);
    }

    private static Path ask(Path node, WorkContext context) {
        if (!Files.isExecutable(node)) {
            throw new PreflightException("NODE_MISSING", "There is no program " + node + ".", FIX, null);
        }
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    node.toString(), "-e", "console.log('node', process.versions.node, process.execPath)");
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            Optional.ofNullable(builder.environment()).ifPresent(NodeCommand::withoutOptions);
            process = builder.start();
        } catch (IOException e) {
            throw new PreflightException(
                    "NODE_MISSING", node + " could not be started: " + e.getMessage() + ".", FIX, e);
        }
        try (WorkContext.Registration registration = context.onCancel(process::destroyForcibly)) {
            process.getOutputStream().close();
            process.onExit()
                    .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            context.check();
            return accepted(node, answer);
        } catch (IOException e) {
            context.check();
            throw new PreflightException(
                    "NODE_MISSING", node + " did not say its version: " + e.getMessage() + ".", FIX, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void withoutOptions(Map<String, String> environment) {
        environment.remove("NODE_OPTIONS");
    }

    private static Path accepted(Path node, String answer) {
        Matcher matcher = ANSWER.matcher(answer);
        if (!matcher.find()) {
            throw new PreflightException(
                    "NODE_MISSING", node + " is no Node.js: it did not answer with its version.", FIX, null);
        }
        if (Integer.parseInt(matcher.group(1)) < OLDEST) {
            throw new PreflightException(
                    "NODE_TOO_OLD", node + " is Node.js " + matcher.group(1) + "." + matcher.group(2) + ".", FIX, null);
        }
        return Path.of(matcher.group(3));
    }
}
