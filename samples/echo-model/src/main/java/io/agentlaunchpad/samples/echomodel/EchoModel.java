package io.agentlaunchpad.samples.echomodel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stand-in model server as a process of this machine, run by Node.js 20 or newer. It answers "You said: …" to
 * everything, so that an agent can be tried without a key.
 *
 * <pre>{@code
 * try (EchoModel model = EchoModel.startIn(directory)) {
 *     AgentSpec ada = AgentSpec.named("ada").bio("Echoes").plugin("@elizaos/plugin-openai")
 *             .setting("@elizaos/plugin-openai", "OPENAI_BASE_URL", model.baseUrl().toString()).build();
 * }
 * }</pre>
 */
public final class EchoModel implements AutoCloseable {

    /** What to give as the model's key: the stand-in asks for none, the plugin for any. */
    public static final String KEY = "stand-in-needs-no-key";

    private static final String SCRIPT = "echo-model.mjs";
    private static final Pattern LISTENS = Pattern.compile("\\{\"echoModel\":\"([^\"]+)\".*");

    private final Process process;
    private final URI baseUrl;

    private EchoModel(Process process, URI baseUrl) {
        this.process = process;
        this.baseUrl = baseUrl;
    }

    /** Starts it on a free port; it ends with this process. */
    public static EchoModel startIn(Path directory) {
        return startIn(directory, 0);
    }

    /** Starts it on a port (0: a free one); it ends with this process. */
    public static EchoModel startIn(Path directory, int port) {
        return start(directory, port, true);
    }

    /** Starts it on a port (0: a free one); it lives on when this process ends, until somebody ends it by its pid. */
    public static EchoModel startDetachedIn(Path directory, int port) {
        return start(directory, port, false);
    }

    /** The address for OPENAI_BASE_URL; ends with {@code /v1}. */
    public URI baseUrl() {
        return baseUrl;
    }

    /** The process, to note it down or to end it. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Ends it and waits until it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static EchoModel start(Path directory, int port, boolean bound) {
        try {
            Files.createDirectories(directory);
            Path script = directory.resolve(SCRIPT);
            try (InputStream source = Objects.requireNonNull(EchoModel.class.getResourceAsStream(SCRIPT))) {
                Path fresh = Files.createTempFile(directory, SCRIPT, null);
                Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fresh, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            ProcessBuilder builder = new ProcessBuilder("node", script.toString());
            builder.environment().keySet().retainAll(java.util.Set.of("PATH", "HOME"));
            builder.environment().put("ECHO_MODEL_PORT", String.valueOf(port));
            if (bound) {
                builder.environment().put("ECHO_MODEL_PARENT", "stdin");
            } else {
                builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            }
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            return listening(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The stand-in model did not start: " + e.getMessage() + ". Fix: install Node.js 20 or newer.", e);
        }
    }

    private static EchoModel listening(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = LISTENS.matcher(line);
            if (matcher.matches()) {
                return new EchoModel(process, URI.create(matcher.group(1)));
            }
        }
        throw new IOException(
                "it ended with exit code " + process.onExit().join().exitValue());
    }
}
