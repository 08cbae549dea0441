package io.agentlaunchpad.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The processes that this platform started itself. It holds the pipe on which each waits for the word that it may live on
 * without its launcher; when the launcher dies, the system closes the pipe and the agent ends itself.
 */
final class Children {

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

    OptionalInt exit(@Nullable String name) {
        Integer code = name == null ? null : exits.get(name);
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
