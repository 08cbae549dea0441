package io.agentlaunchpad.internal.store;

import io.agentlaunchpad.internal.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents as one transaction sees them: what is stored, overlaid by what it wrote itself. */
final class Transaction {

    private final Documents stored;
    private final Changes changes = new Changes();

    Transaction(Documents stored) {
        this.stored = stored;
    }

    <T> Optional<T> find(String key, Class<T> type) {
        return Optional.ofNullable(text(key)).map(json -> Json.read(json, type));
    }

    /** Documents right below a folder, by key. */
    <T> List<T> all(String folder, Class<T> type) {
        List<T> found = new ArrayList<>();
        for (String key : keys(folder)) {
            find(key, type).ifPresent(found::add);
        }
        return found;
    }

    List<String> keys(String folder) {
        TreeSet<String> keys = new TreeSet<>(stored.list(folder));
        changes.documents().forEach((key, json) -> {
            if (key.startsWith(folder + "/") && key.indexOf('/', folder.length() + 1) < 0) {
                if (json.isPresent()) {
                    keys.add(key);
                } else {
                    keys.remove(key);
                }
            }
        });
        return List.copyOf(keys);
    }

    boolean has(String key) {
        return text(key) != null;
    }

    void put(String key, Object record) {
        changes.put(key, Json.write(record));
    }

    void delete(String key) {
        changes.delete(key);
    }

    void append(String log, Object record) {
        changes.append(log, Json.write(record));
    }

    /** Lines of a log, the first so many left out. */
    <T> List<T> lines(String log, Class<T> type, long skip, int limit) {
        List<String> lines = new ArrayList<>(changes.deletes(log) ? List.of() : stored.lines(log));
        lines.addAll(changes.appended().getOrDefault(log, List.of()));
        return lines.stream()
                .skip(skip)
                .limit(limit)
                .map(line -> Json.read(line, type))
                .toList();
    }

    <T> Optional<T> lastLine(String log, Class<T> type) {
        List<String> mine = changes.appended().getOrDefault(log, List.of());
        String kept = changes.deletes(log) ? null : stored.lastLine(log);
        String last = mine.isEmpty() ? kept : mine.get(mine.size() - 1);
        return Optional.ofNullable(last).map(line -> Json.read(line, type));
    }

    void commit() {
        if (!changes.isEmpty()) {
            stored.commit(changes);
        }
    }

    /** A text from outside as one part of a key: as it is where that is a safe file name, else by its hash. */
    static String part(String text) {
        return text.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,149}")
                ? text
                : UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private @Nullable String text(String key) {
        Optional<String> mine = changes.documents().get(key);
        if (mine != null) {
            return mine.orElse(null);
        }
        return stored.get(key);
    }
}
