package io.agentlaunchpad.internal.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one transaction writes: documents put or deleted, lines appended. */
final class Changes {

    private final Map<String, Optional<String>> documents = new LinkedHashMap<>();
    private final Map<String, List<String>> appended = new LinkedHashMap<>();

    void put(String key, String json) {
        documents.put(key, Optional.of(json));
    }

    /** Deletes the document and the log of that key, with the lines added here. */
    void delete(String key) {
        appended.remove(key);
        documents.put(key, Optional.empty());
    }

    void append(String log, String line) {
        appended.computeIfAbsent(log, key -> new ArrayList<>()).add(line);
    }

    /** Key to new content, or empty where it is deleted; in the order of writing. */
    Map<String, Optional<String>> documents() {
        return documents;
    }

    /** Log to the lines added to it. */
    Map<String, List<String>> appended() {
        return appended;
    }

    /** Whether the document and log of that key are deleted before anything is appended. */
    boolean deletes(String key) {
        Optional<String> document = documents.get(key);
        return document != null && document.isEmpty();
    }

    boolean isEmpty() {
        return documents.isEmpty() && appended.isEmpty();
    }
}
