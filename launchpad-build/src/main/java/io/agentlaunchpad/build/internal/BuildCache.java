package io.agentlaunchpad.build.internal;

import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that make the next build faster and that may be deleted at any time between builds.
 *
 * <p>Laws: a staged directory's path says its content, and it appears whole or not at all; every part has a bound on its
 * entries, least recently used first out, but nothing younger than an hour goes. Shared by threads and processes.
 */
public final class BuildCache {

    /** Nothing that somebody may be using is evicted. */
    private static final Duration SAFE_AGE = Duration.ofHours(1);

    private static final Duration SELDOM = Duration.ofMinutes(1);

    private final Path root;
    private final Map<String, Long> evicted = new ConcurrentHashMap<>();

    public BuildCache(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The cache of this user: {@code $LAUNCHPAD_CACHE/images}, or {@code ~/.cache/launchpad/images}. */
    public static Path ofUser() {
        String named = System.getenv("LAUNCHPAD_CACHE");
        Path home = named == null || named.isBlank()
                ? Path.of(System.getProperty("user.home", "."), ".cache", "launchpad")
                : Path.of(named);
        return home.resolve("images");
    }

    public Path root() {
        return root;
    }

    public Turns turns() {
        return new Turns(root.resolve("locks"));
    }

    /** A directory with exactly these files, whose path depends on nothing but them. */
    public Path stage(SortedMap<String, byte[]> files) {
        List<byte[]> parts = new ArrayList<>();
        files.forEach((path, content) -> {
            parts.add(path.getBytes(StandardCharsets.UTF_8));
            parts.add(content);
        });
        Path home = root.resolve("stage");
        Path place = home.resolve(Digests.hash(parts.toArray(new byte[0][])).substring(0, 40));
        try {
            if (Files.isDirectory(place)) {
                touch(place);
                return place;
            }
            Path fresh = home.resolve(".tmp-" + UUID.randomUUID());
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path at = fresh.resolve(file.getKey()).normalize();
                if (!at.startsWith(fresh)) {
                    throw new IOException("a file would stand outside: " + file.getKey());
                }
                Files.createDirectories(at.getParent());
                Files.write(at, file.getValue());
            }
            Files.createDirectories(fresh);
            moveInto(fresh, place);
            evictNowAndThen("stage", 500);
            return place;
        } catch (IOException e) {
            throw unusable(home, e);
        }
    }

    /** A directory of a name; made if it is not there. */
    public Path directory(String part, String name) {
        Path place = root.resolve(part).resolve(name);
        try {
            Files.createDirectories(place);
            touch(place);
            return place;
        } catch (IOException e) {
            throw unusable(place, e);
        }
    }

    /** A file in a part; nothing is made. */
    public Path file(String part, String name) {
        return root.resolve(part).resolve(name);
    }

    /** A small text kept under a name; replaced in one step. */
    public void keep(String part, String name, String text, int atMost) {
        Path place = root.resolve(part).resolve(name);
        try {
            Files.createDirectories(place.getParent());
            Path fresh = place.resolveSibling(".tmp-" + UUID.randomUUID());
            Files.writeString(fresh, text);
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            evictNowAndThen(part, atMost);
        } catch (IOException e) {
            throw unusable(place, e);
        }
    }

    public Optional<String> kept(String part, String name) {
        Path place = root.resolve(part).resolve(name);
        try {
            String text = Files.readString(place);
            touch(place);
            return Optional.of(text);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** How many entries a part has. */
    public int entries(String part) {
        String[] names = root.resolve(part).toFile().list();
        return names == null ? 0 : names.length;
    }

    /** Removes the least recently used entries of a part beyond a number, and what killed processes left. */
    public void evict(String part, int atMost) {
        Path home = root.resolve(part);
        Instant before = Instant.now().minus(SAFE_AGE);
        try (Stream<Path> entries = Files.list(home)) {
            List<Entry> all = new ArrayList<>();
            // Read once: another thread's touch in the middle of a sort would break it.
            entries.forEach(entry -> all.add(new Entry(entry, lastUse(entry))));
            all.sort(Comparator.comparing(Entry::used));
            int surplus = all.size() - atMost;
            for (Entry entry : all) {
                if (entry.used().isAfter(before)) {
                    break;
                }
                if (surplus > 0 || entry.path().getFileName().toString().startsWith(".tmp-")) {
                    delete(entry.path());
                    surplus--;
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Nothing there, or another process is at it: the next build tidies up.
        }
    }

    private record Entry(Path path, Instant used) {}

    /** The same, but not for each of a thousand small files. */
    private void evictNowAndThen(String part, int atMost) {
        long now = System.nanoTime();
        Long last = evicted.get(part);
        if (last == null || now - last > SELDOM.toNanos()) {
            evicted.put(part, now);
            evict(part, atMost);
        }
    }

    /** Removes a tree; what cannot be removed is left for the next eviction. */
    public static void delete(@Nullable Path tree) {
        if (tree == null || !Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // As said above.
        }
    }

    private static void moveInto(Path fresh, Path place) throws IOException {
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            delete(fresh);
        } catch (IOException e) {
            if (!Files.isDirectory(place)) {
                throw e;
            }
            // Another process was first, with the same content.
            delete(fresh);
        }
    }

    private static Instant lastUse(Path entry) {
        try {
            return Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }

    private static void touch(Path entry) {
        try {
            Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            // Evicted a moment ago; whoever reads it finds out.
        } catch (IOException e) {
            // It only goes a little earlier.
        }
    }

    private static BuildException unusable(Path place, IOException e) {
        if (isDiskFull(e)) {
            return diskFull(place, e);
        }
        return new BuildException(
                "CACHE_UNUSABLE",
                "The directory " + place + " cannot be used: " + e.getClass().getSimpleName() + ", " + e.getMessage()
                        + ".",
                "call cacheDirectory(…) or set LAUNCHPAD_CACHE to a directory that this user may write.",
                e);
    }

    public static boolean isDiskFull(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String said = String.valueOf(t.getMessage());
            if (t instanceof IOException && (said.contains("No space left") || said.contains("quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    public static BuildException diskFull(Path place, Throwable cause) {
        return new BuildException(
                "DISK_FULL",
                "The disk of " + place + " is full.",
                "free space there, or call cacheDirectory(…) or set LAUNCHPAD_CACHE to a directory on a larger disk.",
                cause);
    }
}
