package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One agent in a list: an {@link AgentRow} without what was asked for, which is most of it. The components mean what they mean
 * there.
 */
public record AgentEntry(
        AgentId id,
        Owner owner,
        String name,
        String platform,
        @Nullable Integer serving,
        int servingReplicas,
        Verdict health,
        @Nullable Outcome lastOutcome,
        Instant createdAt,
        Instant updatedAt) {

    /** That of a row. */
    public static AgentEntry of(AgentRow row) {
        return new AgentEntry(
                row.id(),
                row.owner(),
                row.name(),
                row.platform(),
                row.serving(),
                row.servingReplicas(),
                row.health(),
                row.lastOutcome(),
                row.createdAt(),
                row.updatedAt());
    }
}
