package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who did what.
 *
 * @param at when
 * @param actor who
 * @param owner for whom
 * @param action what, such as {@code LAUNCH}
 * @param agentId on which agent, or null
 * @param detail for people; never a secret
 */
public record AuditRow(
        Instant at,
        String actor,
        Owner owner,
        String action,
        @Nullable AgentId agentId,
        String detail) {}
