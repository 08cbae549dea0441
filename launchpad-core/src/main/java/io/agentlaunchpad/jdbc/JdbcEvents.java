package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Events, numbered by the turnstile of their agent. */
record JdbcEvents(Session session) implements Store.Events {

    @Override
    public AgentEvent append(
            AgentId agentId,
            Instant at,
            EventType type,
            @Nullable OperationId operationId,
            String message,
            Map<String, String> data) {
        AgentEvent event = new AgentEvent(agentId, session.nextEvent(agentId), at, type, operationId, message, data);
        session.later(
                "INSERT INTO $events (agent_id, sequence, at, body) VALUES (?, ?, ?, ?)",
                agentId.value(),
                event.sequence(),
                at,
                Json.write(event));
        return event;
    }

    @Override
    public List<AgentEvent> list(AgentId agentId, long from, int limit) {
        return session.list(
                JdbcTables.body(AgentEvent.class),
                "SELECT body FROM $events WHERE agent_id = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
                agentId.value(),
                from,
                limit);
    }

    @Override
    public long last(AgentId agentId) {
        return session.lastEvent(agentId);
    }

    /** One look at the turnstiles: they are in step with the events, being written by the same transactions. */
    @Override
    public Map<AgentId, Long> lasts(@Nullable Owner owner) {
        session.advance();
        String sql =
                "SELECT t.id, t.last_event FROM $turnstiles t JOIN $agents a ON a.id = t.id WHERE t.last_event > 0";
        Session.Reader<Map.Entry<AgentId, Long>> entry =
                rows -> Map.entry(new AgentId(rows.getString(1)), rows.getLong(2));
        List<Map.Entry<AgentId, Long>> all =
                owner == null ? session.list(entry, sql) : session.list(entry, sql + " AND a.owner = ?", owner.id());
        return all.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public List<AgentEvent> since(@Nullable Owner owner, Instant at, @Nullable AgentEvent after, int limit) {
        Instant from = after == null || after.at().isBefore(at) ? at : after.at();
        String agent = after == null ? "" : after.agentId().value();
        long number = after == null ? 0 : after.sequence();
        List<@Nullable Object> arguments = new ArrayList<>(List.of(from, from, agent, agent, number));
        if (owner != null) {
            arguments.add(owner.id());
        }
        arguments.add(limit);
        return session.list(
                JdbcTables.body(AgentEvent.class),
                "SELECT e.body FROM $events e JOIN $agents a ON a.id = e.agent_id WHERE e.at >= ?"
                        + " AND (e.at > ? OR e.agent_id > ? OR e.agent_id = ? AND e.sequence > ?)"
                        + (owner == null ? "" : " AND a.owner = ?")
                        + " ORDER BY e.at, e.agent_id, e.sequence LIMIT ?",
                arguments.toArray());
    }
}
