package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
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
 *
 * <p>That an agent was removed is told as it was heard where this process did it, else as {@link Story} knows it; what came
 * just before may be missing, as the store has forgotten it. Each end comes once; what ended since the moment at which a client
 * goes on is told in its place.
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
    /** The ends of agents that this process removed: the store forgets them with the rest. */
    private final Queue<AgentEvent> ends = new ConcurrentLinkedQueue<>();
    /** The deletions whose ends were told: what was found may be heard later. */
    private final Set<OperationId> ended = new HashSet<>();

    /** Found and not told yet: a look that fails half-way loses nothing. */
    private final List<AgentEvent> found = new ArrayList<>();

    private Set<AgentId> busy = Set.of();
    /** Deletions that were open at the last look. */
    private Map<AgentId, OperationId> deletions = Map.of();

    private boolean many;
    private long swept = System.nanoTime() - SWEEP_EVERY;
    private @Nullable Instant since;
    private @Nullable AgentEvent replayed;
    /** Ends since the moment from which on is replayed, by time. */
    private final Queue<AgentEvent> missed = new ArrayDeque<>();

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
        if (Story.isEnd(event)) {
            ends.add(event);
        }
    }

    @Override
    public Found next() {
        if (!begun) {
            next.putAll(lasts());
            next.replaceAll((agent, last) -> last + 1);
            // Behind the last numbers: of an agent that is not among them, the end is here.
            missed.addAll(since == null ? List.of() : endsSince(since));
            begun = true;
        }
        Instant from = since;
        if (from != null) {
            return told(replay(from), since != null);
        }
        for (AgentEvent end = ends.peek(); end != null; end = ends.peek()) {
            end(end);
            ends.remove();
        }
        look();
        // At the same time stay an agent's events as they were found: the next one's begin anew behind its end.
        found.sort(Comparator.comparing(AgentEvent::at));
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
        // A client goes on behind the last id, which is a time: an end waits for the page of its time.
        Instant reached = since == null ? Instant.MAX : page.get(PAGE - 1).at();
        List<AgentEvent> told = new ArrayList<>();
        while (!missed.isEmpty() && !missed.element().at().isAfter(reached)) {
            AgentEvent end = missed.remove();
            ended.add(Objects.requireNonNull(end.operationId()));
            told.add(end);
        }
        page.stream()
                .filter(event -> event.sequence() < next.getOrDefault(event.agentId(), 1L))
                .forEach(told::add);
        told.sort(Comparator.comparing(AgentEvent::at));
        return told;
    }

    /** How agents ended since then that are gone. */
    private List<AgentEvent> endsSince(Instant from) {
        return store.read(tables -> {
            List<AgentEvent> ends = new ArrayList<>();
            OperationRow after = null;
            List<OperationRow> page;
            do {
                page = tables.operations().settled(owner, from, after, PAGE);
                page.forEach(row -> Story.end(row).ifPresent(ends::add));
                after = page.isEmpty() ? null : page.get(page.size() - 1);
            } while (page.size() == PAGE);
            return ends;
        });
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
        List<OperationRow> ours = open.stream()
                .filter(row -> owner == null || owner.equals(row.owner()))
                .toList();
        Set<AgentId> now = ours.stream().map(OperationRow::agentId).collect(Collectors.toSet());
        Map<AgentId, OperationId> deleting = ours.stream()
                .filter(row -> row.kind() == OperationKind.DELETE)
                .collect(Collectors.toMap(OperationRow::agentId, OperationRow::id, (older, newer) -> older));
        asked.addAll(now);
        // One more look at those that were busy: their last event came with the end of the operation.
        asked.addAll(busy);
        busy = now;
        many |= open.size() > FEW;
        long time = System.nanoTime();
        if (time - swept >= (many ? SWEEP_OFTEN : SWEEP_EVERY)) {
            Map<AgentId, Long> lasts = lasts();
            lasts.forEach((agent, last) -> {
                if (last + 1 != next.getOrDefault(agent, 1L)) {
                    asked.add(agent);
                }
            });
            next.keySet().stream().filter(agent -> !lasts.containsKey(agent)).forEach(asked::add);
            swept = time;
            many = open.size() > FEW;
        }
        if (!asked.isEmpty()) {
            ask(asked, deleting);
        }
        deletions = deleting;
    }

    private void ask(Set<AgentId> asked, Map<AgentId, OperationId> deleting) {
        Map<AgentId, OperationId> over = new HashMap<>(deletions);
        over.values().removeIf(deletion -> ended.contains(deletion) || deleting.containsValue(deletion));
        Map<AgentId, Story> stories = store.read(tables -> asked.stream()
                .collect(Collectors.toMap(
                        agent -> agent,
                        agent -> Story.of(tables, agent, next.getOrDefault(agent, 1L), over.get(agent)))));
        stories.forEach((agent, story) -> {
            if (story.anew()) {
                next.remove(agent);
            }
            AgentEvent end = story.end();
            if (end != null && ended.add(Objects.requireNonNull(end.operationId()))) {
                found.add(end);
            }
            for (AgentEvent event : story.events()) {
                next.put(agent, event.sequence() + 1);
                if (Story.isEnd(event)) {
                    ended.add(Objects.requireNonNull(event.operationId()));
                }
            }
            if (story.events().size() == Story.PAGE) {
                heard.add(agent);
            }
            found.addAll(story.events());
        });
    }

    private Map<AgentId, Long> lasts() {
        return store.read(tables -> tables.events().lasts(owner));
    }

    /**
     * One that was heard. An operation outlives its agent, and knows whose it was; where a launch waited for it, the agent has
     * not ended, and the event is found where the others are.
     */
    private void end(AgentEvent event) {
        OperationId operation = Objects.requireNonNull(event.operationId());
        boolean news = !ended.contains(operation)
                && store.read(tables -> tables.operations()
                        .find(operation)
                        .filter(row -> owner == null || owner.equals(row.owner()))
                        .flatMap(Story::end)
                        .isPresent());
        if (news) {
            ended.add(operation);
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
