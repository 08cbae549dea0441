package io.agentlaunchpad.spring.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of requests, other than agent configurations. */
final class Bodies {

    private Bodies() {}

    /** How many copies; 0 stops the agent. */
    record Scale(@Nullable Integer replicas) {}

    /** To which release; absent for the one before. */
    record Rollback(@Nullable Integer revision) {}

    /** What to say, and as whom: each {@code user} of a key has a conversation of its own. */
    record Message(@Nullable String text, @Nullable String user) {}

    /** A key to make; {@code permissions} are the role's unless given. */
    record KeyRequest(
            @Nullable String name,
            @Nullable String owner,
            @Nullable String role,
            @Nullable List<String> permissions,
            @Nullable Instant expiresAt) {}
}
