package io.agentlaunchpad.event;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.operation.OperationId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to an agent. Law: an agent's events are numbered 1, 2, 3 … without a gap, and stored before
 * anyone hears them.
 *
 * @param agentId whose
 * @param sequence its number
 * @param at when
 * @param type what
 * @param operationId in which operation, or null where it was outside one
 * @param message for people, one line; never a secret
 * @param data for programs; never a secret
 */
public record AgentEvent(
        AgentId agentId,
        long sequence,
        Instant at,
        EventType type,
        @Nullable OperationId operationId,
        String message,
        Map<String, String> data) {

    public AgentEvent {
        data = Collections.unmodifiableMap(new TreeMap<>(data));
    }
}
