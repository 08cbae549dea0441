package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.agent.Owner;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is kept: without its value.
 *
 * @param id names it in lists, logs and the audit
 * @param name for people
 * @param hash SHA-256 of the value, 64 hex digits
 * @param owner whose agents it is about
 * @param role bounds what it may do
 * @param permissions what it may do
 * @param createdAt when it was made
 * @param expiresAt from when on it is refused, or null
 * @param revokedAt since when it is refused, or null
 * @param lastUsedAt when it was last seen, to the minute, or null
 */
public record ApiKey(
        String id,
        String name,
        String hash,
        Owner owner,
        Role role,
        Set<Permission> permissions,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    public ApiKey {
        EnumSet<Permission> allowed = EnumSet.copyOf(role.permissions());
        allowed.retainAll(permissions);
        permissions = java.util.Collections.unmodifiableSet(allowed);
    }

    /** Refused from now on. */
    public ApiKey revoked(Instant at) {
        return new ApiKey(
                id,
                name,
                hash,
                owner,
                role,
                permissions,
                createdAt,
                expiresAt,
                revokedAt == null ? at : revokedAt,
                lastUsedAt);
    }

    /** Seen. */
    public ApiKey used(Instant at) {
        return new ApiKey(id, name, hash, owner, role, permissions, createdAt, expiresAt, revokedAt, at);
    }
}
