package io.agentlaunchpad.k8s;

import java.io.IOException;
import java.nio.file.Files;
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
            List<Path> files = files(moment);
            List<String> found = new ArrayList<>();
            for (Path file : files) {
                try (Stream<String> lines = Files.lines(file)) {
                    lines.filter(line -> line.contains(text)).forEach(found::add);
                }
            }
            if (files.equals(files(moment))) {
                return found;
            }
        }
    }

    private List<Path> files(Instant moment) throws IOException {
        Instant earliest = moment.minusSeconds(1); // a file's time lags behind the clock
        String name = current.getFileName().toString().replaceFirst("\\.log$", "");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> beside = Files.list(current.toAbsolutePath().getParent())) {
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
