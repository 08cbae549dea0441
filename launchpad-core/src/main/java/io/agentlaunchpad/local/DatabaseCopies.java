package io.agentlaunchpad.local;

import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the embedded database, made while nothing runs and before other dependencies open it: they may migrate it to a
 * form that the old ones cannot read. The copy made before a release that never became healthy is put back when the older
 * one is.
 */
final class DatabaseCopies {

    private static final int KEPT = 3;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);
    private static final String NOTE = "copy.json";
    private static final String CONTENT = "database";
    private static final String UNFINISHED = ".new";

    private final AgentFiles files;

    DatabaseCopies(AgentFiles files) {
        this.files = files;
    }

    /** Copies the database as the release of that state left it. Empty where the agent has none. */
    Optional<String> make(LocalState state, @Nullable String dependencies, Instant now, WorkContext context) {
        if (!Files.isDirectory(files.database())) {
            return Optional.empty();
        }
        String name = TIME.format(now) + "-revision-" + state.revision();
        Path fresh = files.copies().resolve(name + UNFINISHED);
        try {
            LocalFiles.makePrivate(fresh);
            copy(files.database(), fresh.resolve(CONTENT), context);
            LocalFiles.replace(fresh.resolve(NOTE), Json.write(new Note(state.revision(), dependencies)));
            Files.move(fresh, files.copies().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LocalFiles.deleteTree(fresh);
            throw LocalFiles.failed("copy the embedded database to " + fresh, e);
        } catch (RuntimeException e) {
            LocalFiles.deleteTree(fresh);
            throw e;
        }
        prune(name);
        return Optional.of(name);
    }

    /** Whether a copy was made under these dependencies. */
    boolean isOf(String name, @Nullable String dependencies) {
        return LocalFiles.read(files.copies().resolve(name).resolve(NOTE))
                .map(json -> Json.read(json, Note.class))
                .filter(note -> Objects.equals(note.dependencies(), dependencies))
                .isPresent();
    }

    /** Puts a copy back; the copy stays. Doing it again, after a crash too, is harmless. */
    void putBack(String name, WorkContext context) {
        Path database = files.database();
        Path coming = database.resolveSibling(".elizadb.coming");
        Path going = database.resolveSibling(".elizadb.going");
        try {
            LocalFiles.deleteTree(coming);
            LocalFiles.deleteTree(going);
            copy(files.copies().resolve(name).resolve(CONTENT), coming, context);
            if (Files.exists(database)) {
                Files.move(database, going, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(coming, database, StandardCopyOption.ATOMIC_MOVE);
            LocalFiles.deleteTree(going);
        } catch (IOException e) {
            throw LocalFiles.failed(
                    "put back the embedded database from " + files.copies().resolve(name), e);
        }
    }

    private void prune(String newest) {
        List<String> names = LocalFiles.names(files.copies());
        List<String> whole =
                names.stream().filter(name -> !name.endsWith(UNFINISHED)).toList();
        whole.subList(0, Math.max(0, whole.size() - KEPT)).stream()
                .filter(name -> !name.equals(newest))
                .forEach(name -> LocalFiles.deleteTree(files.copies().resolve(name)));
        names.stream()
                .filter(name -> name.endsWith(UNFINISHED))
                .forEach(name -> LocalFiles.deleteTree(files.copies().resolve(name)));
    }

    private static void copy(Path from, Path to, WorkContext context) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                LocalFiles.makePrivate(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                context.check();
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        java.nio.file.LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * What a copy is of.
     *
     * @param revision that wrote the database last
     * @param dependencies digest of that revision's lockfile, or null
     */
    private record Note(int revision, @Nullable String dependencies) {}
}
