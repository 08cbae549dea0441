package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.spring.security.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of requests, other than agent configurations. */
final class Bodies {

    private Bodies() {}

    /** How many copies; 0 stops the agent. */
    record Scale(
            @Form(required = true, most = 1_000) @Nullable Integer replicas) {}

    /** To which release; absent for the one before. */
    record Rollback(
            @Form(least = 1, most = 1_000_000_000) @Nullable Integer revision) {}

    /** What to say, and as whom: each {@code user} of a key has a conversation of its own. */
    record Message(
            @Form(required = true, least = 1, most = 20_000) @Nullable
            String text,

            @Form(least = 1, most = 99) @Nullable String user) {}

    /** A key to make; {@code permissions} are the role's unless given. */
    record KeyRequest(
            @Form(required = true, least = 1, most = 100) @Nullable
            String name,

            @Form(least = 1, most = 100, pattern = Parameters.LINE) @Nullable
            String owner,

            @Nullable Role role,
            @Nullable List<String> permissions,
            @Nullable Instant expiresAt) {}
}
