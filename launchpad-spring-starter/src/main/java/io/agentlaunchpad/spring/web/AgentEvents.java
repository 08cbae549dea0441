package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One agent's events without a gap: from the store, and those of this process as they are heard, which matters at the end
 * of an agent, when the store forgets its story.
 */
final class AgentEvents implements EventSource {

    static final int PAGE = 500;

    private final Store store;
    private final AgentId agent;
    private final Queue<AgentEvent> live = new ConcurrentLinkedQueue<>();
    private long next;

    AgentEvents(Store store, AgentId agent, long from) {
        this.store = store;
        this.agent = agent;
        this.next = from;
    }

    @Override
    public boolean wants(AgentId other) {
        return agent.equals(other);
    }

    @Override
    public void heard(AgentEvent event) {
        live.add(event);
    }

    @Override
    public Found next() {
        List<AgentEvent> found = new ArrayList<>();
        AgentEvent heard = live.peek();
        if (heard == null || heard.sequence() > next) {
            List<AgentEvent> stored = store.read(tables -> after(tables, agent, next));
            if (!stored.isEmpty() && stored.get(0).sequence() < next) {
                next = 1;
            }
            stored.forEach(event -> take(event, found));
        }
        for (AgentEvent event = live.poll(); event != null; event = live.poll()) {
            take(event, found);
        }
        boolean over = found.isEmpty()
                && store.read(tables -> tables.agents().find(agent)).isEmpty();
        return new Found(found.stream().map(AgentEvents::sse).toList(), over, false);
    }

    /**
     * An agent's events from a number on. Where it never came so far, it is another one of the same name: its story is told
     * from its beginning.
     */
    static List<AgentEvent> after(Store.Tables tables, AgentId agent, long from) {
        List<AgentEvent> events = tables.events().list(agent, from, PAGE);
        boolean other = events.isEmpty() && from > 1 && tables.events().last(agent) < from - 1;
        return other ? tables.events().list(agent, 1, PAGE) : events;
    }

    /** Each once: the store and the ear may both tell of it. */
    private void take(AgentEvent event, List<AgentEvent> found) {
        if (event.sequence() >= next) {
            found.add(event);
            next = event.sequence() + 1;
        }
    }

    private static SseEmitter.SseEventBuilder sse(AgentEvent event) {
        return SseEmitter.event()
                .id(Long.toString(event.sequence()))
                .name(event.type().name())
                .data(Wire.text(Views.event(event)));
    }
}
