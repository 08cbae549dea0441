package io.agentlaunchpad.local;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Only one thread of one process at a time works on an agent. The system drops the lock of a killed process. The lock's
 * file outlives the agent: removing it would let two processes hold two files of the same name.
 */
final class AgentLock implements AutoCloseable {

    private static final long POLL_MILLIS = 25;

    /**
     * A file lock belongs to the whole Java process, and closing any channel on the file drops it: so threads take this
     * first, before they open the file.
     */
    private static final Map<Path, Semaphore> THREADS = new ConcurrentHashMap<>();

    private final Semaphore threads;
    private final FileChannel channel;

    private AgentLock(Semaphore threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /** Waits for the lock of that name, as long as the context lets it. */
    static AgentLock take(Path home, String name, WorkContext context) {
        LocalFiles.makePrivate(home.resolve("locks"));
        Path file = home.resolve("locks").resolve(name);
        LocalFiles.touchPrivate(file);
        Semaphore threads = THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), key -> new Semaphore(1, true));
        try {
            while (!threads.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                context.check();
            }
            return locked(file, threads, context);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "The thread was interrupted while it waited for " + name + ".", "call again; nothing was changed.");
        }
    }

    private static AgentLock locked(Path file, Semaphore threads, WorkContext context) throws InterruptedException {
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.tryLock();
            while (held == null) {
                context.check();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                held = channel.tryLock();
            }
            taken = true;
            return new AgentLock(threads, channel);
        } catch (IOException e) {
            throw LocalFiles.failed("lock " + file, e);
        } finally {
            if (!taken) {
                if (channel != null) {
                    close(channel);
                }
                threads.release();
            }
        }
    }

    @Override
    public void close() {
        close(channel);
        threads.release();
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The system drops the lock with the descriptor in any case.
        }
    }
}
