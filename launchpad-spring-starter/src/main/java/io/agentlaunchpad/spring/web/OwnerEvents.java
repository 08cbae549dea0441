package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The events of all agents of one owner, or of all. Each agent's are told without a gap, by their numbers: there is no order
 * over agents to rely on, since what another transaction stores may be older than what was seen. Agents with an open operation
 * are looked at each time; what happened to the others is found every half minute by one look at all last numbers, every second
 * while many operations are open. Its ids are times: after a broken connection an event may come twice; agent and
 * sequence tell.
 */
final class OwnerEvents implements EventSource {

    private static final int PAGE = 500;
    private static final long SWEEP_EVERY = Duration.ofSeconds(30).toNanos();
    private static final long SWEEP_OFTEN = Duration.ofSeconds(1).toNanos();
    /** As many open operations as are looked at one by one. */
    private static final int FEW = 20;
    /** What was committed so much later than it happened may have been missed by the connection before. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private final Store store;
    private final @Nullable Owner owner;
    private final Map<AgentId, Long> next = new HashMap<>();
    /** Agents of which this process told something. */
    private final Set<AgentId> heard = ConcurrentHashMap.newKeySet();
    /** The ends of agents: the store forgets them with the rest. Those of other processes are not heard. */
    private final Queue<AgentEvent> ends = new ConcurrentLinkedQueue<>();

    /** Found and not told yet: a look that fails half-way loses nothing. */
    private final List<AgentEvent> found = new ArrayList<>();

    private Set<AgentId> busy = Set.of();
    private boolean many;
    private long swept = System.nanoTime() - SWEEP_EVERY;
    private @Nullable Instant since;
    private @Nullable AgentEvent replayed;
    private boolean begun;

    OwnerEvents(Store store, @Nullable Owner owner, @Nullable Instant since) {
        this.store = store;
        this.owner = owner;
        this.since = since == null ? null : since.minus(LATE);
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
        heard.add(event.agentId());
        boolean end = event.type() == EventType.OPERATION_SETTLED
                && OperationKind.DELETE.name().equals(event.data().get("kind"))
                && Outcome.SUCCEEDED.name().equals(event.data().get("outcome"));
        if (end) {
            ends.add(event);
        }
    }

    @Override
    public Found next() {
        if (!begun) {
            next.putAll(lasts());
            next.replaceAll((agent, last) -> last + 1);
            begun = true;
        }
        Instant from = since;
        if (from != null) {
            return told(replay(from), since != null);
        }
        look();
        for (AgentEvent end = ends.peek(); end != null; end = ends.peek()) {
            end(end);
            ends.remove();
        }
        found.sort(Comparator.comparing(AgentEvent::at).thenComparing(AgentEvent::sequence));
        Found news = told(found, false);
        found.clear();
        return news;
    }

    private static Found told(List<AgentEvent> events, boolean more) {
        return new Found(events.stream().map(OwnerEvents::sse).toList(), false, more);
    }

    /** A page of what had happened when the stream was opened; what happened since is looked for afterwards. */
    private List<AgentEvent> replay(Instant from) {
        AgentEvent cursor = replayed;
        List<AgentEvent> page = store.read(tables -> tables.events().since(owner, from, cursor, PAGE));
        if (page.size() < PAGE) {
            since = null;
        } else {
            replayed = page.get(PAGE - 1);
        }
        return page.stream()
                .filter(event -> event.sequence() < next.getOrDefault(event.agentId(), 1L))
                .toList();
    }

    private void look() {
        List<OperationRow> open = store.read(tables -> tables.operations().unsettled(FEW + 1));
        Set<AgentId> asked = new HashSet<>();
        for (AgentId agent : Set.copyOf(heard)) {
            heard.remove(agent);
            // Whose an agent is that was not seen yet, this does not know; a new one has an open operation anyway.
            if (owner == null || next.containsKey(agent)) {
                asked.add(agent);
            }
        }
        Set<AgentId> now = open.stream()
                .filter(row -> owner == null || owner.equals(row.owner()))
                .map(OperationRow::agentId)
                .collect(Collectors.toSet());
        asked.addAll(now);
        // One more look at those that were busy: their last event came with the end of the operation.
        asked.addAll(busy);
        busy = now;
        many |= open.size() > FEW;
        long time = System.nanoTime();
        if (time - swept >= (many ? SWEEP_OFTEN : SWEEP_EVERY)) {
            lasts().forEach((agent, last) -> {
                if (last + 1 != next.getOrDefault(agent, 1L)) {
                    asked.add(agent);
                }
            });
            swept = time;
            many = open.size() > FEW;
        }
        if (!asked.isEmpty()) {
            ask(asked);
        }
    }

    private void ask(Set<AgentId> asked) {
        List<AgentEvent> news = store.read(tables -> asked.stream()
                .flatMap(agent -> AgentEvents.after(tables, agent, next.getOrDefault(agent, 1L)).stream())
                .toList());
        Map<AgentId, Integer> counts = new HashMap<>();
        for (AgentEvent event : news) {
            next.put(event.agentId(), event.sequence() + 1);
            if (counts.merge(event.agentId(), 1, Integer::sum) == AgentEvents.PAGE) {
                heard.add(event.agentId());
            }
        }
        found.addAll(news);
    }

    private Map<AgentId, Long> lasts() {
        return store.read(tables -> tables.events().lasts(owner));
    }

    /** An operation outlives its agent, and knows whose it was. */
    private void end(AgentEvent event) {
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

    private static SseEmitter.SseEventBuilder sse(AgentEvent event) {
        return SseEmitter.event()
                .id(Long.toString(event.at().toEpochMilli()))
                .name(event.type().name())
                .data(Wire.text(Views.event(event)));
    }
}
