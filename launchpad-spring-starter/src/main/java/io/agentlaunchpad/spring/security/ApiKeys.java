package io.agentlaunchpad.spring.security;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where API keys are kept. A revocation that {@link #put} has stored is seen by the next {@link #find}. Safe for concurrent use. */
public interface ApiKeys {

    /** The key with that hash of its value. */
    Optional<ApiKey> find(String hash);

    /** All of them, oldest first. */
    List<ApiKey> list();

    /** Adds or replaces a key. */
    void put(ApiKey key);

    /**
     * Replaces a key by what the function makes of it, and nobody's change comes in between: not of other processes either,
     * where they share the keys. The function may be called again, and has no effects of its own.
     *
     * @return the key as it stands now; none where no key has that hash
     */
    Optional<ApiKey> update(String hash, UnaryOperator<ApiKey> change);

    /**
     * Adds a key where there has never been one.
     *
     * @return false where there has; nothing was added
     */
    boolean putFirst(ApiKey key);
}
