package io.agentlaunchpad.spring.security;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keys that are gone with the process. */
public final class MemoryApiKeys implements ApiKeys {

    private final Map<String, ApiKey> keys = new LinkedHashMap<>();

    @Override
    public synchronized Optional<ApiKey> find(String hash) {
        return Optional.ofNullable(keys.get(hash));
    }

    @Override
    public synchronized List<ApiKey> list() {
        return keys.values().stream()
                .sorted(Comparator.comparing(ApiKey::createdAt))
                .toList();
    }

    @Override
    public synchronized void put(ApiKey key) {
        keys.put(key.hash(), key);
    }

    @Override
    public synchronized Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change) {
        return Optional.ofNullable(keys.computeIfPresent(hash, (same, key) -> change.apply(key)));
    }

    @Override
    public synchronized boolean putFirst(ApiKey key) {
        if (!keys.isEmpty()) {
            return false;
        }
        put(key);
        return true;
    }
}
