package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.error.WiringException;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Knows the keys that {@link EncryptedSecrets} seals values with. They come from outside the database: an environment
 * variable, a mounted file, a key service.
 *
 * <pre>{@code
 * KeyProvider keys = KeyProvider.of("2026-11", newKey).opening("2025-11", oldKey);
 * }</pre>
 *
 * <p>Law: a key of an id never changes. Safe for use by several threads.
 */
public interface KeyProvider {

    /** The id of the key that seals from now on: 1 to 100 characters, stored beside each value; no secret. */
    String current();

    /** The key of that id: 256 bits for AES. */
    Optional<SecretKey> find(String id);

    /**
     * One key.
     *
     * @param key 32 random bytes
     */
    static KeyProvider of(String id, byte[] key) {
        if (id.isBlank() || id.length() > 100) {
            throw new WiringException(
                    "A key's id has 1 to 100 characters, this one has " + id.length() + ".", "name it by its month.");
        }
        SecretKey secret = aes(id, key);
        return new KeyProvider() {
            @Override
            public String current() {
                return id;
            }

            @Override
            public Optional<SecretKey> find(String wanted) {
                return wanted.equals(id) ? Optional.of(secret) : Optional.empty();
            }
        };
    }

    /** These, and an older key that still opens what it sealed. */
    default KeyProvider opening(String id, byte[] key) {
        KeyProvider newer = this;
        SecretKey secret = aes(id, key);
        return new KeyProvider() {
            @Override
            public String current() {
                return newer.current();
            }

            @Override
            public Optional<SecretKey> find(String wanted) {
                Optional<SecretKey> known = newer.find(wanted);
                return known.isEmpty() && wanted.equals(id) ? Optional.of(secret) : known;
            }
        };
    }

    private static SecretKey aes(String id, byte[] key) {
        if (key.length != 32) {
            throw new WiringException(
                    "The key \"" + id + "\" has " + key.length + " bytes, not 32.",
                    "make one with: openssl rand -base64 32");
        }
        return new SecretKeySpec(key, "AES");
    }
}
