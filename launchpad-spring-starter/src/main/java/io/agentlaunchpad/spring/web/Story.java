package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the store tells of an agent from a number on. It forgets an agent's events with the agent, and numbers begin anew with
 * the next one of its name; the operation that removed the agent outlives it, so its end can be told by any instance.
 *
 * @param anew whether the agent that was known is gone: what follows is of another one, or nothing
 * @param end of the one that is gone; null where none is known
 * @param events in order, at most a page
 */
record Story(boolean anew, @Nullable AgentEvent end, List<AgentEvent> events) {

    static final int PAGE = 500;
    private static final int RECENT = 50;

    /**
     * Asks. One statement where there are events, two where there are none, one more for a deletion.
     *
     * @param deletion an operation that was to remove the agent and is not open any more, or null: without it an agent goes
     *     unnoticed that was removed and made anew between two looks and has told as much as the one before
     */
    static Story of(Store.Tables tables, AgentId agent, long from, @Nullable OperationId deletion) {
        List<AgentEvent> events = tables.events().list(agent, from, PAGE);
        Optional<AgentEvent> end = Optional.ofNullable(deletion)
                .flatMap(id -> tables.operations().find(id))
                .flatMap(Story::end);
        boolean other = events.isEmpty() && from > 1 && tables.events().last(agent) < from - 1;
        if (end.isEmpty() && !other) {
            return new Story(false, null, events);
        }
        List<AgentEvent> next = tables.events().list(agent, 1, PAGE);
        return new Story(true, end.or(() -> end(tables, agent)).orElse(null), next);
    }

    /** How the agent of that id ended that is gone: forgetting one forgets its earlier operations, so there is one such row. */
    private static Optional<AgentEvent> end(Store.Tables tables, AgentId agent) {
        return tables.operations().ofAgent(agent, RECENT).stream()
                .flatMap(row -> end(row).stream())
                .findFirst();
    }

    /** Whether it tells that an agent was removed. */
    static boolean isEnd(AgentEvent event) {
        return event.type() == EventType.OPERATION_SETTLED
                && event.operationId() != null
                && OperationKind.DELETE.name().equals(event.data().get("kind"))
                && Outcome.SUCCEEDED.name().equals(event.data().get("outcome"));
    }

    /**
     * How an agent ended that an operation removed, as the instance told it that did it; none where the operation removed none,
     * or a launch waited for it, so that its end is among the agent's events.
     */
    static Optional<AgentEvent> end(OperationRow row) {
        OperationRow.Result result = row.result();
        Long number = result == null ? null : result.lastEvent();
        if (result == null || number == null) {
            return Optional.empty();
        }
        return Optional.of(new AgentEvent(
                row.agentId(),
                number,
                result.settledAt(),
                EventType.OPERATION_SETTLED,
                row.id(),
                row.kind().label() + " " + result.outcome().label(),
                Map.of("kind", row.kind().name(), "outcome", result.outcome().name())));
    }
}
