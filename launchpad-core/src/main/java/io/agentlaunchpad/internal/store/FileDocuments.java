package io.agentlaunchpad.internal.store;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.internal.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents as files below one directory, one file each, logs as lines of JSON.
 *
 * <p>A transaction is first written whole to {@code journal.json}; once that file stands, it will be applied, by this
 * process or by the next one that takes the lock. Applying twice has the effect of applying once: an append names the
 * length its log had before.
 */
final class FileDocuments implements Documents {

    private static final Logger LOG = LoggerFactory.getLogger(FileDocuments.class);

    /** File locks belong to the whole Java process, so threads of one process need a lock of their own. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private static final TypeReference<List<Step>> STEPS = new TypeReference<>() {};

    private final Path root;
    private final Path journal;
    private final ReentrantLock threads;

    FileDocuments(Path directory) {
        try {
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            root = directory.toRealPath();
        } catch (IOException e) {
            throw failed("make the directory " + directory, e);
        }
        journal = root.resolve("journal.json");
        threads = THREADS.computeIfAbsent(root, key -> new ReentrantLock());
    }

    @Override
    public <T extends @Nullable Object> T alone(Function<? super Documents, ? extends T> work) {
        threads.lock();
        try {
            if (threads.getHoldCount() > 1) {
                throw new IllegalStateException("A transaction inside a transaction");
            }
            try (FileChannel held = lock()) {
                if (held.isOpen() && Files.exists(journal)) {
                    apply(Json.mapper().readValue(journal.toFile(), STEPS));
                }
                return work.apply(this);
            } catch (IOException | UncheckedIOException e) {
                throw failed("use the records below " + root, e);
            }
        } finally {
            threads.unlock();
        }
    }

    /** Waits for the other processes. An interrupt, which is meant for the caller's own wait, is kept for later. */
    private FileChannel lock() throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel channel =
                        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                boolean locked = false;
                try {
                    locked = channel.lock().isValid();
                    return channel;
                } catch (ClosedByInterruptException | FileLockInterruptionException e) {
                    interrupted = Thread.interrupted();
                } finally {
                    if (!locked) {
                        channel.close();
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public @Nullable String get(String key) {
        try {
            return Files.readString(file(key));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> list(String folder) {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") && !name.startsWith(".")) // what tools leave beside a copy
                    .map(name -> folder + "/" + name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> lines(String log) {
        try {
            return Files.readAllLines(log(log));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable String lastLine(String log) {
        try (RandomAccessFile file = new RandomAccessFile(log(log).toFile(), "r")) {
            long end = file.length() - 1;
            long start = end;
            while (start > 0) {
                file.seek(start - 1);
                if (file.read() == '\n') {
                    break;
                }
                start--;
            }
            if (end <= 0) {
                return null;
            }
            byte[] line = new byte[(int) (end - start)];
            file.seek(start);
            file.readFully(line);
            return new String(line, StandardCharsets.UTF_8);
        } catch (java.io.FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void commit(Changes changes) {
        List<Step> steps = new ArrayList<>();
        try {
            changes.documents().forEach((key, json) -> steps.add(new Step(key, json.orElse(null), -1)));
            for (Map.Entry<String, List<String>> entry : changes.appended().entrySet()) {
                Path log = log(entry.getKey());
                boolean kept = Files.exists(log) && !changes.deletes(entry.getKey());
                String text = String.join("\n", entry.getValue()) + "\n";
                steps.add(new Step(entry.getKey(), text, kept ? Files.size(log) : 0));
            }
            if (steps.size() == 1 && steps.get(0).oneRename()) {
                apply(steps);
                return;
            }
            replace(journal, Json.write(steps));
        } catch (IOException e) {
            throw failed("write the records below " + root, e);
        }
        try {
            apply(steps);
        } catch (IOException e) {
            // It has happened all the same: the journal stands, and whoever comes next cannot pass before it is
            // applied.
            LOG.warn("The journal below {} is applied later: {}", root, e.toString());
        }
    }

    @Override
    public void close() {}

    private void apply(List<Step> steps) throws IOException {
        for (Step step : steps) {
            if (step.at() >= 0) {
                append(step);
            } else if (step.text() != null) {
                replace(file(step.key()), step.text());
            } else {
                Files.deleteIfExists(file(step.key()));
                Files.deleteIfExists(log(step.key()));
            }
        }
        Files.deleteIfExists(journal);
    }

    private void append(Step step) throws IOException {
        Path log = log(step.key());
        Files.createDirectories(parent(log));
        // Not a channel, here and below: an interrupt of this thread must not tear a write.
        try (RandomAccessFile out = new RandomAccessFile(log.toFile(), "rw")) {
            out.setLength(step.at());
            out.seek(step.at());
            out.write(String.valueOf(step.text()).getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path parent = parent(file);
        Files.createDirectories(parent);
        Path fresh = parent.resolve(file.getFileName() + ".new");
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String key) {
        return root.resolve(key + ".json");
    }

    private Path log(String key) {
        return root.resolve(key + ".jsonl");
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private static StoreException failed(String what, Exception cause) {
        return new StoreException(
                "STORE_FAILED",
                "Could not " + what + ": " + cause + ".",
                "check that the disk has room and that the directory belongs to this user.",
                cause);
    }

    /**
     * One write.
     *
     * @param key of the document or log
     * @param text new content or added lines; null deletes
     * @param at length of the log before, or -1 for a document
     */
    private record Step(String key, @Nullable String text, long at) {

        /** Whether it is one rename, which needs no journal. */
        boolean oneRename() {
            return at < 0 && text != null;
        }
    }
}
