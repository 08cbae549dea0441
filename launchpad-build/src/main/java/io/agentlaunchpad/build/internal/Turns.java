package io.agentlaunchpad.build.internal;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One at a time for each name, among the threads of this process and the processes that share the directory. A turn ends
 * with its process, however that ends. Waiting ends within a moment of a cancel.
 */
public final class Turns {

    private static final long LOOK_MILLIS = 100;

    private static final Map<Path, Queue> QUEUES = new HashMap<>();

    private final Path directory;

    private static final class Queue {
        final Semaphore semaphore = new Semaphore(1, true);
        int users;
    }

    public Turns(Path directory) {
        this.directory = directory;
    }

    /** A turn; close it to let the next one go. */
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for the turn.
     *
     * @param name legal as a file name
     */
    public Turn take(String name, WorkContext context) {
        Path file = directory.resolve(name + ".lock").toAbsolutePath().normalize();
        Queue queue;
        synchronized (QUEUES) {
            queue = QUEUES.computeIfAbsent(file, n -> new Queue());
            queue.users++;
        }
        boolean inProcess = false;
        FileChannel channel = null;
        try {
            while (!inProcess) {
                context.check();
                inProcess = queue.semaphore.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            Files.createDirectories(directory);
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (tryLock(channel) == null) {
                context.check();
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            FileChannel held = channel;
            AtomicBoolean left = new AtomicBoolean();
            return () -> {
                if (left.compareAndSet(false, true)) {
                    closeQuietly(held);
                    leave(file, queue, true);
                }
            };
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeQuietly(channel);
            leave(file, queue, inProcess);
            throw failure(file, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another copy of this class in the same process holds it.
            return null;
        }
    }

    private static void leave(Path file, Queue queue, boolean held) {
        if (held) {
            queue.semaphore.release();
        }
        synchronized (QUEUES) {
            queue.users--;
            if (queue.users == 0) {
                QUEUES.remove(file);
            }
        }
    }

    private static RuntimeException failure(Path file, Exception e) {
        if (e instanceof RuntimeException runtime) {
            return runtime;
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new io.agentlaunchpad.error.CancelledException(
                    "The thread was interrupted while waiting for " + file + ".", "start it again when you want it.");
        }
        return new BuildException(
                "CACHE_UNUSABLE",
                "The lock file " + file + " failed: " + e.getMessage() + ".",
                "call cacheDirectory(…) with a directory that this user may write.",
                e);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
