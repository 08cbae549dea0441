package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The events of all agents of one owner, or of all. Agents with an open operation are looked at each time, the others every
 * half minute, so that a large fleet costs little. Its ids are times: after a broken connection an event may come twice;
 * agent and sequence tell.
 */
final class OwnerEvents implements EventSource {

    private static final int PAGE = 500;
    private static final int SWEEP_EVERY = 30;

    private final Store store;
    private final @Nullable Owner owner;
    private final Map<AgentId, Long> next = new HashMap<>();
    /** The ends of agents: the store forgets them with the rest. Those of other processes are not heard. */
    private final Queue<AgentEvent> ends = new ConcurrentLinkedQueue<>();

    private Set<AgentId> busy = Set.of();
    private @Nullable Instant since;
    private boolean begun;
    private int looks;

    OwnerEvents(Store store, @Nullable Owner owner, @Nullable Instant since) {
        this.store = store;
        this.owner = owner;
        this.since = since;
    }

    static Instant time(String id) {
        if (!id.matches("[0-9]{1,15}")) {
            throw Parameters.invalid("Last-Event-ID", "send the id of the last event as it came, or leave it out.");
        }
        return Instant.ofEpochMilli(Long.parseLong(id));
    }

    /** Of an agent not seen yet, {@link #next} decides whose it is. */
    @Override
    public boolean wants(AgentId agent) {
        return true;
    }

    @Override
    public void heard(AgentEvent event) {
        boolean end = event.type() == EventType.OPERATION_SETTLED
                && OperationKind.DELETE.name().equals(event.data().get("kind"))
                && Outcome.SUCCEEDED.name().equals(event.data().get("outcome"));
        if (end) {
            ends.add(event);
        }
    }

    @Override
    public Found next() {
        List<AgentEvent> found = new ArrayList<>();
        if (!begun) {
            begin(found);
            begun = true;
        } else {
            look(found);
        }
        for (AgentEvent end = ends.poll(); end != null; end = ends.poll()) {
            end(end, found);
        }
        found.sort(java.util.Comparator.comparing(AgentEvent::at).thenComparing(AgentEvent::sequence));
        return new Found(found.stream().map(OwnerEvents::sse).toList(), false);
    }

    private void begin(List<AgentEvent> found) {
        Instant from = since;
        for (AgentEntry row : rows()) {
            long last = store.read(tables -> tables.events().last(row.id()));
            next.put(row.id(), last + 1);
            if (from != null) {
                long start = Math.max(1, last - PAGE + 1);
                store.read(tables -> tables.events().list(row.id(), start, PAGE)).stream()
                        .filter(event -> event.sequence() <= last && !event.at().isBefore(from))
                        .forEach(found::add);
            }
        }
        since = null;
    }

    private void look(List<AgentEvent> found) {
        Set<AgentId> now = store.read(tables -> tables.operations().unsettled(Integer.MAX_VALUE)).stream()
                .filter(row -> owner == null || owner.equals(row.owner()))
                .map(OperationRow::agentId)
                .collect(Collectors.toSet());
        Set<AgentId> asked = new HashSet<>(now);
        // One more look at those that were busy: their last event came with the end of the operation.
        asked.addAll(busy);
        if (looks++ % SWEEP_EVERY == 0) {
            rows().forEach(row -> asked.add(row.id()));
        }
        busy = now;
        for (AgentId agent : asked) {
            List<AgentEvent> events =
                    store.read(tables -> AgentEvents.after(tables, agent, next.getOrDefault(agent, 1L)));
            if (!events.isEmpty()) {
                found.addAll(events);
                next.put(agent, events.get(events.size() - 1).sequence() + 1);
            }
        }
    }

    /** An operation outlives its agent, and knows whose it was. */
    private void end(AgentEvent event, List<AgentEvent> found) {
        OperationId operation = Objects.requireNonNull(event.operationId());
        boolean ours = store.read(tables -> tables.operations().find(operation))
                .filter(row -> owner == null || owner.equals(row.owner()))
                .isPresent();
        boolean forgotten =
                store.read(tables -> tables.agents().find(event.agentId())).isEmpty();
        if (ours && forgotten) {
            found.add(event);
            next.remove(event.agentId());
        }
    }

    private List<AgentEntry> rows() {
        return store.read(tables -> tables.agents().entries(owner, null, Integer.MAX_VALUE));
    }

    private static SseEmitter.SseEventBuilder sse(AgentEvent event) {
        return SseEmitter.event()
                .id(Long.toString(event.at().toEpochMilli()))
                .name(event.type().name())
                .data(Wire.text(Views.event(event)));
    }
}
