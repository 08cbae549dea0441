package io.agentlaunchpad.k8s;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The API server's audit log. The server begins a new file at 100 MB, so what is looked for may stand in two. */
public final class AuditLog {

    private final Path current;

    private AuditLog(Path current) {
        this.current = current;
    }

    /** The one that {@code LAUNCHPAD_TEST_AUDIT_LOG} names. */
    public static AuditLog ofTheTestbed() {
        return new AuditLog(Path.of(System.getenv("LAUNCHPAD_TEST_AUDIT_LOG")));
    }

    static AuditLog at(Path current) {
        return new AuditLog(current);
    }

    /** The lines with a text that were written since a moment, and some that were written before. */
    public List<String> since(Instant moment, String text) throws IOException {
        while (true) {
            try {
                List<Path> files = files(moment);
                List<String> found = new ArrayList<>();
                for (Path file : files) {
                    addWholeLines(file, text, found);
                }
                if (files.equals(files(moment))) {
                    return found;
                }
            } catch (NoSuchFileException e) {
                // The server has just given it another name; without the folder there is nothing to wait for.
                if (!Files.isDirectory(folder())) {
                    throw e;
                }
            }
        }
    }

    /** Without the last line where the server is still writing it. */
    private static void addWholeLines(Path file, String text, List<String> found) throws IOException {
        try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
            char[] part = new char[1 << 16];
            StringBuilder rest = new StringBuilder();
            for (int read = reader.read(part); read >= 0; read = reader.read(part)) {
                rest.append(part, 0, read);
                int begin = 0;
                for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", begin)) {
                    String line = rest.substring(begin, end);
                    if (line.contains(text)) {
                        found.add(line);
                    }
                    begin = end + 1;
                }
                rest.delete(0, begin);
            }
        }
    }

    private Path folder() {
        return current.toAbsolutePath().getParent();
    }

    private List<Path> files(Instant moment) throws IOException {
        Instant earliest = moment.minusSeconds(1); // a file's time lags behind the clock
        String name = current.getFileName().toString().replaceFirst("\\.log$", "");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> beside = Files.list(folder())) {
            for (Path each : (Iterable<Path>) beside.sorted()::iterator) {
                if (each.getFileName().toString().matches(name + "(-.*)?\\.log")
                        && !Files.getLastModifiedTime(each).toInstant().isBefore(earliest)) {
                    files.add(each);
                }
            }
        }
        return files;
    }
}
