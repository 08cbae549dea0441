package io.agentlaunchpad.build.trivy;

import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.spi.WorkContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One run of the program in an empty directory and with an environment that holds nothing but what is listed here: files
 * and variables that lie about would change what it reports.
 */
final class TrivyRun {

    /** What a scanner may need to reach registries through a proxy or with a CA of the house. */
    private static final List<String> PASSED = List.of(
            "PATH",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR");

    private static final int MOST_OUTPUT = 4 << 20;

    /** A reader may lag behind a program that has ended; only where a grandchild holds the pipe does it wait so long. */
    private static final long LAST_WORDS_MILLIS = 10_000;

    private final Path work;

    TrivyRun(Path work) {
        this.work = work;
    }

    /** What came of it. */
    record Ended(int exit, String out, String err) {}

    interface Arguments {
        List<String> in(Path directory) throws IOException;
    }

    interface Use<T> {
        T of(Ended ended, Path directory) throws IOException;
    }

    /**
     * @param program the executable
     * @param secrets variables beside those passed; values never stand in an argument
     * @param arguments given the empty directory that the run stands in
     * @param use what to do with the outcome while that directory is there
     */
    <T> T run(
            Path program,
            Map<String, String> secrets,
            Arguments arguments,
            Duration limit,
            WorkContext context,
            Use<T> use) {
        Path directory = work.resolve("run-" + UUID.randomUUID());
        try {
            Path home = Files.createDirectories(directory.resolve("home"));
            Path empty = Files.createDirectories(directory.resolve("empty"));
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(arguments.in(directory));
            ProcessBuilder builder = new ProcessBuilder(command).directory(empty.toFile());
            Map<String, String> environment = builder.environment();
            Map<String, String> kept = new TreeMap<>();
            PASSED.forEach(name -> {
                String value = environment.get(name);
                if (value != null) {
                    kept.put(name, value);
                }
            });
            environment.clear();
            environment.putAll(kept);
            environment.put("HOME", home.toString());
            environment.put("TMPDIR", directory.toString());
            environment.putAll(secrets);
            return use.of(ended(builder, limit, context), directory);
        } catch (IOException e) {
            throw new NotScanned("Trivy at " + program + " could not be run: " + e.getMessage());
        } finally {
            BuildCache.delete(directory);
        }
    }

    @SuppressWarnings("try")
    private static Ended ended(ProcessBuilder builder, Duration limit, WorkContext context) throws IOException {
        context.check();
        Process process = builder.start();
        Capture out = new Capture(process.getInputStream());
        Capture err = new Capture(process.getErrorStream());
        try (WorkContext.Registration registration = context.onCancel(() -> kill(process))) {
            process.getOutputStream().close();
            Duration most = context.remaining().compareTo(limit) < 0 ? context.remaining() : limit;
            boolean late = !process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
            if (late) {
                kill(process);
                process.waitFor(5, TimeUnit.SECONDS);
            }
            context.check();
            if (late) {
                throw new NotScanned("Trivy did not end within " + most.toSeconds() + " s and was stopped");
            }
            return new Ended(process.exitValue(), out.text(), err.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new io.agentlaunchpad.error.CancelledException(
                    "The thread was interrupted while Trivy scanned.", "start it again when you want it.");
        } finally {
            kill(process);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads a stream to its end and keeps its beginning, so that a talkative program neither blocks nor fills memory. */
    private static final class Capture {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Thread reader;

        Capture(InputStream from) {
            reader = new Thread(
                    () -> {
                        byte[] buffer = new byte[8192];
                        try (from) {
                            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                                synchronized (kept) {
                                    kept.write(buffer, 0, Math.min(n, MOST_OUTPUT - kept.size()));
                                }
                            }
                        } catch (IOException e) {
                            // The program was stopped.
                        }
                    },
                    "launchpad-trivy-output");
            reader.setDaemon(true);
            reader.start();
        }

        String text() throws InterruptedException {
            reader.join(LAST_WORDS_MILLIS);
            synchronized (kept) {
                return kept.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
