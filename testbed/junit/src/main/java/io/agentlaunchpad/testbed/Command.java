package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program with a deadline and gives its output back; what it prints goes to files, so no pipe can fill up. */
final class Command {

    private Command() {}

    static String run(List<String> words, String input, Duration deadline) {
        try {
            Path in = Files.createTempFile("testbed", ".in");
            Path out = Files.createTempFile("testbed", ".out");
            Path err = Files.createTempFile("testbed", ".err");
            try {
                Files.writeString(in, input);
                Process process = new ProcessBuilder(words)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(words + " did not end within " + deadline + ": " + text(err));
                }
                if (process.exitValue() != 0) {
                    throw new IllegalStateException(words + " ended with " + process.exitValue() + ": " + text(err));
                }
                return text(out);
            } finally {
                Files.deleteIfExists(in);
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("could not run " + words, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + words, interrupted);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }
}
