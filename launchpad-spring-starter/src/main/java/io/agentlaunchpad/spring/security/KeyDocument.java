package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.agent.Owner;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An API key as JSON, as files and rows hold it. */
record KeyDocument(
        String id,
        String name,
        String hash,
        String owner,
        Role role,
        List<String> permissions,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static String write(ApiKey key) {
        return JSON.writeValueAsString(new KeyDocument(
                key.id(),
                key.name(),
                key.hash(),
                key.owner().id(),
                key.role(),
                key.permissions().stream().map(Permission::label).toList(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt()));
    }

    /** Throws what Jackson throws where it is none. */
    static ApiKey read(String json) {
        KeyDocument kept = JSON.readValue(json, KeyDocument.class);
        return new ApiKey(
                kept.id,
                kept.name,
                kept.hash,
                Owner.of(kept.owner),
                kept.role,
                kept.permissions.stream()
                        .flatMap(label -> Permission.of(label).stream())
                        .collect(Collectors.toSet()),
                kept.createdAt,
                kept.expiresAt,
                kept.revokedAt,
                kept.lastUsedAt);
    }
}
