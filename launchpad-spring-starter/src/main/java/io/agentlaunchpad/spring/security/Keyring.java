package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.WiringException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes, knows and revokes API keys: {@code alk_} and 64 hex digits, 256 random bits of which only the SHA-256 is kept.
 * Safe for concurrent use.
 */
public final class Keyring {

    private static final Pattern FORM = Pattern.compile("alk_[0-9a-f]{64}");
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ApiKeys keys;
    private final Clock clock;
    private final @Nullable ApiKey given;
    /** Keys whose use a request is writing down: of many at once one does, and the others go on. */
    private final Set<String> noting = ConcurrentHashMap.newKeySet();

    /**
     * A ring over stored keys.
     *
     * @param adminKey one more that is stored nowhere, or null
     * @throws WiringException when that is not of a key's form
     */
    public Keyring(ApiKeys keys, @Nullable String adminKey, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        this.given = adminKey == null ? null : given(adminKey, clock.instant());
    }

    private static ApiKey given(String value, Instant now) {
        if (!FORM.matcher(value).matches()) {
            throw new WiringException(
                    "launchpad.security.admin-key is not of the form of a key; it has " + value.length()
                            + " characters.",
                    "write alk_ and 64 hex digits: echo alk_$(openssl rand -hex 32)");
        }
        return new ApiKey(
                "key-property",
                "launchpad.security.admin-key",
                hash(value),
                Owner.LOCAL,
                Role.ADMIN,
                Role.ADMIN.permissions(),
                now,
                null,
                null,
                null);
    }

    /**
     * Makes the first admin key where none was ever made and none is given by property.
     *
     * @return its value, to be shown once
     */
    public Optional<String> first() {
        if (given != null) {
            return Optional.empty();
        }
        Issued first = make("first", Owner.LOCAL, Role.ADMIN, Role.ADMIN.permissions(), null);
        return keys.putFirst(first.key()) ? Optional.of(first.value()) : Optional.empty();
    }

    /** Makes a key. */
    public Issued issue(String name, Owner owner, Role role, Set<Permission> permissions, @Nullable Instant expiresAt) {
        Issued issued = make(name, owner, role, permissions, expiresAt);
        keys.put(issued.key());
        return issued;
    }

    private Issued make(String name, Owner owner, Role role, Set<Permission> permissions, @Nullable Instant expiresAt) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String value = "alk_" + HexFormat.of().formatHex(random);
        String hash = hash(value);
        byte[] id = new byte[6];
        RANDOM.nextBytes(id);
        return new Issued(
                new ApiKey(
                        "key-" + HexFormat.of().formatHex(id),
                        name,
                        hash,
                        owner,
                        role,
                        permissions,
                        clock.instant(),
                        expiresAt,
                        null,
                        null),
                value);
    }

    /** Whether a text begins as our keys do, be it a valid one or not. */
    public static boolean looksLikeKey(String text) {
        return text.startsWith("alk_");
    }

    /**
     * The caller whose key that is.
     *
     * @throws Refusal 401 for a key that is unknown, expired or revoked
     */
    public Caller authenticate(String value) {
        if (!FORM.matcher(value).matches()) {
            throw Refusal.unauthenticated();
        }
        String hash = hash(value);
        Instant now = clock.instant();
        ApiKey key = find(hash).filter(known -> sound(known, now)).orElseThrow(Refusal::unauthenticated);
        boolean kept = given == null || !key.id().equals(given.id());
        if (kept && unnoted(key, now) && noting.add(hash)) {
            try {
                noteUse(key, now);
            } finally {
                noting.remove(hash);
            }
        }
        return new Caller(key.id(), key.owner(), key.role(), key.permissions());
    }

    private static boolean unnoted(ApiKey key, Instant now) {
        Instant seen = key.lastUsedAt();
        return seen == null || seen.plus(USE_NOTED_EVERY).isBefore(now);
    }

    /** A revocation in between must not be written over; where another was faster, nothing is left to do. */
    private void noteUse(ApiKey key, Instant now) {
        keys.update(key.hash(), known -> sound(known, now) && unnoted(known, now) ? known.used(now) : known);
    }

    private Optional<ApiKey> find(String hash) {
        byte[] asked = hash.getBytes(StandardCharsets.US_ASCII);
        ApiKey own = given;
        if (own != null && MessageDigest.isEqual(own.hash().getBytes(StandardCharsets.US_ASCII), asked)) {
            return Optional.of(own);
        }
        return keys.find(hash)
                .filter(key -> MessageDigest.isEqual(key.hash().getBytes(StandardCharsets.US_ASCII), asked));
    }

    private static boolean sound(ApiKey key, Instant now) {
        return key.revokedAt() == null && (key.expiresAt() == null || now.isBefore(key.expiresAt()));
    }

    /** Those that are kept, oldest first; the one given by property is not among them. */
    public List<ApiKey> list() {
        return keys.list();
    }

    /**
     * Refuses a key from now on; again is harmless.
     *
     * @return the key as it stands now; none where no key has that id
     */
    public Optional<ApiKey> revoke(String id) {
        Instant now = clock.instant();
        return keys.list().stream()
                .filter(known -> known.id().equals(id))
                .findFirst()
                .flatMap(known -> keys.update(known.hash(), current -> current.revoked(now)));
    }

    private static String hash(String value) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * A key that was just made.
     *
     * @param key as it is kept
     * @param value shown once, kept nowhere
     */
    public record Issued(ApiKey key, String value) {

        /** Without the value. */
        @Override
        public String toString() {
            return key.id();
        }
    }
}
