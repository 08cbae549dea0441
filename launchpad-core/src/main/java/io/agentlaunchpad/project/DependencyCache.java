package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A content-addressed store of installed dependencies, shared by threads and processes.
 *
 * <p>Laws: an entry appears whole or not at all, by one rename. Whoever is killed leaves only a temporary directory that
 * the next one removes. One installation per key runs at a time. An entry that somebody holds ({@link Dependencies}), or
 * that a project directory links to, is never evicted.
 *
 * <p>Layout below the root: {@code dependencies/KEY/} with {@code node_modules} (or an {@link EmptyDatabase}) and a marker; beside
 * them {@code .locks}, {@code .tmp} and {@code .uses}. The root must be on one local file system.
 */
public final class DependencyCache {

    /** The size kept without being asked: room for some thirty different plugin sets. */
    public static final long DEFAULT_MAX_BYTES = 5L << 30;

    private static final String MARKER = ".complete";
    private static final String USED = ".used";

    private final Path home;
    private final long maxBytes;
    private final Clock clock;

    /** What makes the content of a new entry, in a directory of its own. */
    interface Filling {
        void into(Path directory) throws IOException;
    }

    /**
     * @param root the cache's directory; made when first needed
     * @param maxBytes size above which entries that are not in use are removed, the least recently used first
     */
    public DependencyCache(Path root, long maxBytes) {
        this(root, maxBytes, Clock.systemUTC());
    }

    DependencyCache(Path root, long maxBytes, Clock clock) {
        this.home = real(root.toAbsolutePath().normalize()).resolve("dependencies");
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** The cache of this user: {@code $LAUNCHPAD_CACHE}, or {@code ~/.cache/launchpad}. */
    public static DependencyCache ofUser() {
        return new DependencyCache(userRoot(System.getenv(), System.getProperty("user.home", ".")), DEFAULT_MAX_BYTES);
    }

    static Path userRoot(Map<String, String> environment, String userHome) {
        String named = environment.getOrDefault("LAUNCHPAD_CACHE", "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        // A user without an entry in the password file, as in many containers, has the home "?".
        String home = userHome.equals("?") ? environment.getOrDefault("HOME", "") : userHome;
        return home.isBlank() || home.equals("/")
                ? Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "launchpad-cache")
                : Path.of(home, ".cache", "launchpad");
    }

    /** One name per place, whatever links lead to it: locks are held by name. */
    private static Path real(Path path) {
        Path parent = path.getParent();
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return parent == null
                    ? path
                    : real(parent).resolve(path.getFileName().toString());
        }
    }

    /** The directory that holds everything of this cache. */
    public Path root() {
        return home.getParent() == null ? home : home.getParent();
    }

    /** Whether the entry is there, without touching it. */
    boolean contains(String key) {
        return Files.isRegularFile(entry(key).resolve(MARKER));
    }

    /** The entry of that key, made by {@code filling} if it is not there. Blocks while somebody else makes it. */
    Dependencies obtain(String key, Filling filling, Bounds bounds) {
        String doing = "preparing the dependencies";
        try {
            while (true) {
                if (contains(key)) {
                    KeyLock.Held held = KeyLock.await(lockFile(key), true, bounds, doing);
                    Optional<Dependencies> found = open(key, held);
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
                KeyLock.alone(lockFile(key), bounds, doing, () -> {
                    if (!contains(key)) {
                        make(key, filling);
                    }
                });
            }
        } catch (IOException e) {
            throw failed(doing, e);
        }
    }

    private Optional<Dependencies> open(String key, KeyLock.Held held) throws IOException {
        boolean kept = false;
        try {
            Optional<Long> bytes = size(key);
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            touch(key);
            kept = true;
            return Optional.of(new Dependencies(this, key, entry(key), bytes.get(), held));
        } finally {
            if (!kept) {
                held.close();
            }
        }
    }

    private void make(String key, Filling filling) throws IOException {
        sweep(key);
        Path work = home.resolve(".tmp").resolve(key + "." + UUID.randomUUID());
        Files.createDirectories(work);
        try {
            filling.into(work);
            Trees.Size size = Trees.size(work);
            String marker = Json.write(Json.MAPPER
                    .createObjectNode()
                    .put("key", key)
                    .put("bytes", size.bytes())
                    .put("files", size.files())
                    .put("installed", clock.instant().toString()));
            Trees.writeDurably(work.resolve(MARKER), marker.getBytes(StandardCharsets.UTF_8));
            Trees.delete(entry(key)); // Something without a marker: not ours to keep.
            Files.move(work, entry(key), StandardCopyOption.ATOMIC_MOVE);
            Trees.syncDirectory(home);
        } finally {
            Trees.deleteQuietly(work);
        }
        evict(key, 0);
    }

    /** Removes what killed installations left; where a key is locked, somebody is at work. */
    private void sweep(String ownKey) throws IOException {
        for (Path left : list(home.resolve(".tmp"))) {
            String key = left.getFileName().toString().replaceFirst("\\..*$", "");
            if (key.equals(ownKey)) {
                Trees.deleteQuietly(left);
            } else {
                KeyLock.ifFree(lockFile(key), () -> Trees.deleteQuietly(left));
            }
        }
    }

    /**
     * Removes entries that nobody uses, the least recently used first, until the cache is no larger than its bound.
     *
     * @return bytes freed
     */
    public long evict() {
        return evict(0);
    }

    /** As {@link #evict()}, and on until so many bytes are freed, however small the cache is, if it holds so many. */
    long evict(long wanted) {
        try {
            sweep("");
            return evict("", wanted);
        } catch (IOException e) {
            throw failed("tidying the dependency cache", e);
        }
    }

    private long evict(String spared, long wanted) throws IOException {
        List<Entry> entries = entries();
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        // What all of them together would not give is not begun: they are of use to others.
        long goal = wanted <= total ? wanted : 0;
        long freed = 0;
        for (Entry entry : entries) {
            if (total - freed <= maxBytes && freed >= goal) {
                break;
            }
            if (!entry.key().equals(spared) && remove(entry.key())) {
                freed += entry.bytes();
            }
        }
        return freed;
    }

    private boolean remove(String key) throws IOException {
        boolean[] removed = new boolean[1];
        KeyLock.ifFree(lockFile(key), () -> {
            if (contains(key) && !isLinked(key)) {
                Path gone = home.resolve(".tmp").resolve(key + "." + UUID.randomUUID());
                Files.createDirectories(gone.getParent());
                Files.move(entry(key), gone, StandardCopyOption.ATOMIC_MOVE);
                Trees.deleteQuietly(gone);
                Trees.deleteQuietly(home.resolve(".uses").resolve(key));
                removed[0] = true;
            }
        });
        return removed[0];
    }

    private record Entry(String key, long bytes, FileTime used) {}

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path dir : list(home)) {
            String key = dir.getFileName().toString();
            // What else stands here, such as a note of a person's, is none of ours.
            Optional<Long> bytes = key.startsWith(".") || !Files.isDirectory(dir) ? Optional.empty() : size(key);
            if (bytes.isPresent()) {
                entries.add(new Entry(key, bytes.get(), lastUse(dir)));
            }
        }
        entries.sort(Comparator.comparing(Entry::used));
        return entries;
    }

    private static FileTime lastUse(Path entry) throws IOException {
        Path used = entry.resolve(USED);
        return Files.getLastModifiedTime(Files.exists(used) ? used : entry);
    }

    /** The entry's size if it is there and whole. */
    private Optional<Long> size(String key) throws IOException {
        try {
            JsonNode marker = Json.read(Files.readString(entry(key).resolve(MARKER)));
            return Optional.of(marker.path("bytes").asLong());
        } catch (NoSuchFileException | com.fasterxml.jackson.core.JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void touch(String key) {
        Path used = entry(key).resolve(USED);
        try {
            if (!Files.exists(used)) {
                Files.createFile(used);
            }
            Files.setLastModifiedTime(used, FileTime.from(clock.instant()));
        } catch (IOException e) {
            // Only the order of eviction suffers.
        }
    }

    void link(Dependencies dependencies, Path project) {
        Path link = project.resolve("node_modules");
        Path next = project.resolve(".node_modules." + UUID.randomUUID());
        try {
            if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
                throw new BuildException(
                        "NOT_OURS",
                        link + " is a directory of its own, not a link to the dependency cache.",
                        "remove it, or use another project directory.",
                        null);
            }
            // First the record of the use, then the use: so no moment is unguarded.
            Path use = home.resolve(".uses")
                    .resolve(dependencies.key())
                    .resolve(UUID.nameUUIDFromBytes(link.toString().getBytes(StandardCharsets.UTF_8))
                            .toString());
            Files.createDirectories(use.getParent());
            Trees.writeDurably(use, link.toString().getBytes(StandardCharsets.UTF_8));
            Files.createSymbolicLink(next, dependencies.nodeModules());
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("linking the dependencies into " + project, e);
        } finally {
            Trees.deleteQuietly(next);
        }
    }

    private boolean isLinked(String key) throws IOException {
        for (Path use : list(home.resolve(".uses").resolve(key))) {
            if (use.getFileName().toString().startsWith(".")) {
                continue;
            }
            Path link = Path.of(Files.readString(use));
            if (Files.isSymbolicLink(link)
                    && Files.readSymbolicLink(link).equals(entry(key).resolve("node_modules"))) {
                return true;
            }
        }
        return false;
    }

    private Path entry(String key) {
        return home.resolve(key);
    }

    private Path lockFile(String key) {
        return home.resolve(".locks").resolve(key + ".lock");
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(found::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private RuntimeException failed(String doing, IOException e) {
        if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
            return new CancelledException("Cancelled while " + doing + ".", "start it again when you want it.");
        }
        if (isDiskFull(e)) {
            return new BuildException(
                    "DISK_FULL",
                    "The disk of " + home + " is full while " + doing + ".",
                    "free space there, or set LAUNCHPAD_CACHE to a directory on a larger disk.",
                    e);
        }
        if (e instanceof AccessDeniedException
                || e instanceof AtomicMoveNotSupportedException
                || (e instanceof FileSystemException full
                        && String.valueOf(full.getReason()).contains("Read-only"))) {
            return new PreflightException(
                    "CACHE_NOT_WRITABLE",
                    "The dependency cache at " + home + " cannot be written: " + e.getMessage() + ".",
                    "make it writable for this user, or set LAUNCHPAD_CACHE to a directory that is.",
                    e);
        }
        return new BuildException(
                "CACHE_FAILED",
                "The dependency cache at " + home + " failed while " + doing + ": " + e.getMessage() + ".",
                "check that disk, or set LAUNCHPAD_CACHE to another directory.",
                e);
    }

    static boolean isDiskFull(Throwable e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (String.valueOf(at.getMessage()).contains("No space left")
                    || String.valueOf(at.getMessage()).contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }
}
