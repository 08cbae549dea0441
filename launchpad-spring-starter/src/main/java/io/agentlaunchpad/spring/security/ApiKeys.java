package io.agentlaunchpad.spring.security;

import java.util.List;
import java.util.Optional;

/** Where API keys are kept. A revocation that {@link #put} has stored is seen by the next {@link #find}. Safe for concurrent use. */
public interface ApiKeys {

    /** The key with that hash of its value. */
    Optional<ApiKey> find(String hash);

    /** All of them, oldest first. */
    List<ApiKey> list();

    /** Adds or replaces a key. */
    void put(ApiKey key);

    /**
     * Adds a key where there has never been one.
     *
     * @return false where there has; nothing was added
     */
    boolean putFirst(ApiKey key);
}
