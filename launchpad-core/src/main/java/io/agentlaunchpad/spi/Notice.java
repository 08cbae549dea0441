package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * News for people: an operation ended, an agent's health changed.
 *
 * @param id the same for every delivery of the same news
 * @param at when it happened
 * @param owner whose agent
 * @param agentId which agent
 * @param agentName its name
 * @param operationId which operation, or null
 * @param kind of operation, or null
 * @param outcome of the operation, or null
 * @param severity how loud to be
 * @param title one line
 * @param text more, may be empty; never a secret
 */
public record Notice(
        String id,
        Instant at,
        Owner owner,
        AgentId agentId,
        String agentName,
        @Nullable OperationId operationId,
        @Nullable OperationKind kind,
        @Nullable Outcome outcome,
        Level severity,
        String title,
        String text) {

    /** How loud to be. */
    public enum Level {
        INFO,
        WARNING,
        ERROR
    }
}
