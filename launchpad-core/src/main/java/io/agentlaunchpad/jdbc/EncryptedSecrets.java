package io.agentlaunchpad.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.spi.SecretStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Secret values as rows, sealed with AES-256-GCM by a key that the database never sees: for platforms without a place of
 * their own for secrets.
 *
 * <pre>{@code
 * SecretStore secrets = EncryptedSecrets.in(JdbcStore.of(dataSource), KeyProvider.of("2026-11", key));
 * }</pre>
 *
 * <p>A row opens only as what it is: agent, version and key are sealed with it, so a row copied to another agent does not
 * open. To change the key, hand the new one and {@link KeyProvider#opening the old one} to every process, then call
 * {@link #rotate()}, then drop the old one. Whoever reads the database learns agents, versions and lengths, no names and no
 * values. Safe for use by several threads.
 */
public final class EncryptedSecrets implements SecretStore {

    private static final TypeReference<Map<String, String>> VALUES = new TypeReference<>() {};
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern VERSION = Pattern.compile("v[0-9a-f]{16}");
    /** First byte of what is sealed, so that a later form can be told apart. */
    private static final byte FORM = 1;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int BATCH = 100;

    private final JdbcStore store;
    private final KeyProvider keys;

    private EncryptedSecrets(JdbcStore store, KeyProvider keys) {
        this.store = store;
        this.keys = keys;
    }

    /** Rows beside the records of a store; they are part of the caller's transaction where its records are. */
    public static EncryptedSecrets in(JdbcStore store, KeyProvider keys) {
        return new EncryptedSecrets(store, keys);
    }

    @Override
    public String put(AgentId agentId, Secrets secrets) {
        byte[] name = new byte[8];
        RANDOM.nextBytes(name);
        Row row = seal(
                agentId.value(),
                "v" + HexFormat.of().formatHex(name),
                keys.current(),
                Json.write(secrets.revealAll()).getBytes(StandardCharsets.UTF_8));
        store.inSession(session -> session.run(
                "INSERT INTO $secrets (agent_id, version, key_id, sealed) VALUES (?, ?, ?, ?)",
                row.agentId(),
                row.version(),
                row.keyId(),
                row.sealed()));
        return row.version();
    }

    @Override
    public Set<String> versions(AgentId agentId) {
        return store.<Set<String>>inSession(session -> Set.copyOf(session.list(
                rows -> rows.getString("version"),
                "SELECT version FROM $secrets WHERE agent_id = ?",
                agentId.value())));
    }

    @Override
    public Secrets reveal(AgentId agentId, String version) {
        Optional<Row> row = VERSION.matcher(version).matches()
                ? store.<Optional<Row>>inSession(session -> session.first(
                        EncryptedSecrets::row,
                        "SELECT agent_id, version, key_id, sealed FROM $secrets WHERE agent_id = ? AND version = ?",
                        agentId.value(),
                        version))
                : Optional.empty();
        byte[] plain = open(row.orElseThrow(() -> new NotFoundException(
                "SECRETS_NOT_FOUND",
                "Agent " + agentId + " has no secrets of version " + version + ".",
                "launch the agent again with its secrets.",
                null)));
        try {
            return Secrets.of(Json.mapper().readValue(plain, VALUES));
        } catch (IOException e) {
            throw unreadable(agentId.value()); // its own message would show what stands there
        }
    }

    @Override
    public void forget(AgentId agentId, String version) {
        store.inSession(session ->
                session.run("DELETE FROM $secrets WHERE agent_id = ? AND version = ?", agentId.value(), version));
    }

    /**
     * Seals every row anew that another key than the current one sealed. May be broken off and begun again, also by several
     * processes at once: each waits for what another one has begun, so that none returns while a row needs the old key.
     * Versions stay what they are.
     *
     * @return how many rows it sealed
     * @throws StoreException when a row's key is unknown; those before it are done
     */
    public int rotate() {
        String current = keys.current();
        int all = 0;
        int some;
        do {
            some = store.<Integer>inSession(session -> {
                List<Row> rows = session.list(
                        EncryptedSecrets::row,
                        "SELECT agent_id, version, key_id, sealed FROM $secrets WHERE key_id <> ? ORDER BY agent_id, version LIMIT "
                                + BATCH + " FOR UPDATE",
                        current);
                for (Row row : rows) {
                    Row fresh = seal(row.agentId(), row.version(), current, open(row));
                    session.run(
                            "UPDATE $secrets SET key_id = ?, sealed = ? WHERE agent_id = ? AND version = ?",
                            fresh.keyId(),
                            fresh.sealed(),
                            fresh.agentId(),
                            fresh.version());
                }
                return rows.size();
            });
            all += some;
        } while (some > 0);
        return all;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, never shared
    private record Row(String agentId, String version, String keyId, byte[] sealed) {

        /** What is not secret but must not be exchanged. */
        byte[] label() {
            return (agentId + "\n" + version + "\n" + keyId).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Row row(ResultSet rows) throws SQLException {
        return new Row(
                rows.getString("agent_id"),
                rows.getString("version"),
                rows.getString("key_id"),
                rows.getBytes("sealed"));
    }

    private Row seal(String agentId, String version, String keyId, byte[] plain) {
        Row label = new Row(agentId, version, keyId, new byte[0]);
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, label, nonce).doFinal(plain);
            byte[] whole = ByteBuffer.allocate(1 + NONCE + sealed.length)
                    .put(FORM)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return new Row(agentId, version, keyId, whole);
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    "SECRETS_NOT_SEALED",
                    "The secrets of " + agentId + " could not be sealed with the key \"" + keyId + "\".",
                    "see that the KeyProvider gives a key of 256 bits for AES.",
                    null);
        }
    }

    private byte[] open(Row row) {
        byte[] sealed = row.sealed();
        if (sealed.length <= 1 + NONCE || sealed[0] != FORM) {
            throw unreadable(row.agentId());
        }
        try {
            byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE);
            return cipher(Cipher.DECRYPT_MODE, row, nonce).doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
        } catch (GeneralSecurityException e) {
            throw unreadable(row.agentId());
        }
    }

    private Cipher cipher(int mode, Row row, byte[] nonce) throws GeneralSecurityException {
        SecretKey key = keys.find(row.keyId())
                .orElseThrow(() -> new StoreException(
                        "SECRETS_KEY_UNKNOWN",
                        "The secrets of " + row.agentId() + " need the key \"" + row.keyId()
                                + "\", which this process does not have.",
                        "add it with KeyProvider.opening(…), or launch the agent again with its secrets.",
                        null));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(row.label());
        return cipher;
    }

    private static StoreException unreadable(String agentId) {
        return new StoreException(
                "SECRETS_UNREADABLE",
                "The secrets of " + agentId + " were changed, or sealed by another key of the same name.",
                "hand over the key that sealed them, or launch the agent again with its secrets.",
                null);
    }
}
