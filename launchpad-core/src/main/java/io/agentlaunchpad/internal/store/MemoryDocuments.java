package io.agentlaunchpad.internal.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Documents in maps of this process. */
final class MemoryDocuments implements Documents {

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, String> documents = new TreeMap<>();
    private final Map<String, List<String>> logs = new HashMap<>();

    @Override
    public <T extends @Nullable Object> T alone(Function<? super Documents, ? extends T> work) {
        lock.lock();
        try {
            if (lock.getHoldCount() > 1) {
                throw new IllegalStateException("A transaction inside a transaction");
            }
            return work.apply(this);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable String get(String key) {
        return documents.get(key);
    }

    @Override
    public List<String> list(String folder) {
        String prefix = folder + "/";
        List<String> keys = new ArrayList<>();
        for (String key : documents.tailMap(prefix).keySet()) {
            if (!key.startsWith(prefix)) {
                break;
            }
            if (key.indexOf('/', prefix.length()) < 0) {
                keys.add(key);
            }
        }
        return keys;
    }

    @Override
    public List<String> lines(String log) {
        return List.copyOf(logs.getOrDefault(log, List.of()));
    }

    @Override
    public @Nullable String lastLine(String log) {
        List<String> lines = logs.getOrDefault(log, List.of());
        return lines.isEmpty() ? null : lines.get(lines.size() - 1);
    }

    @Override
    public void commit(Changes changes) {
        changes.documents().forEach((key, json) -> {
            if (json.isPresent()) {
                documents.put(key, json.get());
            } else {
                documents.remove(key);
                logs.remove(key);
            }
        });
        changes.appended()
                .forEach((log, lines) ->
                        logs.computeIfAbsent(log, key -> new ArrayList<>()).addAll(lines));
    }

    @Override
    public void close() {}
}
