package io.agentlaunchpad.project;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock that threads of this process and other processes share: many readers or one writer per file.
 *
 * <p>The system's own file locks belong to a process and end with it, however it ends. Within a process they do not
 * count, and closing any channel of the file would drop them; so each file has one channel here, and a count.
 */
final class KeyLock {

    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final Map<Path, KeyLock> OPEN = new HashMap<>();

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private int holders = 1;

    private KeyLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /** One holding; closing it twice is closing it once. */
    static final class Held implements AutoCloseable {
        private @Nullable KeyLock of;

        private Held(KeyLock of) {
            this.of = of;
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                KeyLock held = of;
                of = null;
                if (held != null) {
                    held.release();
                }
            }
        }
    }

    /** Waits until the lock is free, the work is cancelled, or its time is over. */
    static Held await(Path file, boolean shared, Bounds bounds, String doing) throws IOException {
        boolean told = false;
        while (true) {
            bounds.check(doing);
            Optional<Held> held = tryHold(file, shared);
            if (held.isPresent()) {
                return held.get();
            }
            if (!told) {
                bounds.tell("waiting for another launch that installs or removes the same dependencies");
                told = true;
            }
            bounds.pause(doing, MOMENT);
        }
    }

    /** What is done while nobody else holds the lock. */
    interface Work {
        void run() throws IOException;
    }

    /** Does the work alone, once the lock is free. */
    static void alone(Path file, Bounds bounds, String doing, Work work) throws IOException {
        Held held = await(file, false, bounds, doing);
        try {
            work.run();
        } finally {
            held.close();
        }
    }

    /** Does the work alone if the lock is free now, and says whether it was. */
    static boolean ifFree(Path file, Work work) throws IOException {
        Optional<Held> held = tryHold(file, false);
        if (held.isEmpty()) {
            return false;
        }
        try {
            work.run();
        } finally {
            held.get().close();
        }
        return true;
    }

    /** The lock if it is free now. */
    static Optional<Held> tryHold(Path file, boolean shared) throws IOException {
        synchronized (OPEN) {
            KeyLock known = OPEN.get(file);
            if (known != null) {
                if (!shared || !known.lock.isShared()) {
                    return Optional.empty();
                }
                known.holders++;
                return Optional.of(new Held(known));
            }
            return open(file, shared);
        }
    }

    private static Optional<Held> open(Path file, boolean shared) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            return Optional.empty();
        }
        KeyLock fresh = new KeyLock(file, channel, lock);
        OPEN.put(file, fresh);
        return Optional.of(new Held(fresh));
    }

    private void release() {
        if (--holders > 0) {
            return;
        }
        OPEN.remove(file);
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the channel, and the channel with the process.
        }
    }
}
