package io.agentlaunchpad;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive of the classes that a program of tests loads (JEP 350), made once beside its jar: a command starts with a fifth, a
 * server with half of the processor time less. A JVM that cannot use it starts without.
 */
public final class ClassArchive {

    private ClassArchive() {}

    /** Makes the archive, by {@link #train}. */
    @FunctionalInterface
    public interface Maker {

        void make(Path archive) throws IOException;
    }

    /** The archive of that jar; the first of several test JVMs makes it. */
    public static synchronized Path of(Path jar, Maker maker) {
        Path archive = beside(jar, ".jsa");
        try (FileChannel channel = FileChannel.open(
                        beside(jar, ".jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && isOlder(archive, jar)) {
                Path fresh = beside(jar, ".jsa.new");
                maker.make(fresh);
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run with those arguments, the jar among them, which loads what later runs load; how it ends does not matter. */
    public static void train(Path archive, ProcessBuilder run) throws IOException {
        List<String> command = new ArrayList<>(run.command());
        command.addAll(
                1, List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ArchiveClassesAtExit=" + archive));
        run(run.command(command));
    }

    /** Waits for the end of a program of which nobody wants to hear. */
    public static void run(ProcessBuilder program) throws IOException {
        try {
            program.redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path beside(Path jar, String suffix) {
        return jar.resolveSibling(jar.getFileName() + suffix);
    }

    private static boolean isOlder(Path archive, Path jar) throws IOException {
        return !Files.exists(archive)
                || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0;
    }
}
