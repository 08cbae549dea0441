package io.agentlaunchpad.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes that this platform started itself. It holds the pipe on which each waits for the word that it may live on
 * without its launcher; when the launcher dies, the system closes the pipe and the agent ends itself.
 */
final class Children {

    /** The system tells of an end a moment after it, and on a busy machine some moments. */
    private static final long EXIT_MILLIS = 10_000;

    private final Map<String, Process> running = new ConcurrentHashMap<>();
    private final Map<String, Integer> exits = new ConcurrentHashMap<>();

    void add(String name, Process process) {
        running.put(name, process);
        Future<?> unused = process.onExit().thenAccept(ended -> {
            exits.put(name, ended.exitValue());
            running.remove(name);
        });
    }

    boolean hold(@Nullable String name) {
        return name != null && running.containsKey(name);
    }

    /** The exit code of a child that has ended, if it was ours. */
    OptionalInt exit(@Nullable String name) {
        if (name == null) {
            return OptionalInt.empty();
        }
        Process ending = running.get(name);
        try {
            if (ending != null && ending.waitFor(EXIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return OptionalInt.of(ending.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Integer code = exits.get(name);
        return code == null ? OptionalInt.empty() : OptionalInt.of(code);
    }

    void forget(@Nullable String name) {
        if (name != null) {
            exits.remove(name);
        }
    }

    /** Lets a child live on without this process. False where it is not ours or has ended. */
    boolean release(@Nullable String name) {
        Process process = name == null ? null : running.get(name);
        if (process == null) {
            return false;
        }
        try {
            process.getOutputStream().write("accepted\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
