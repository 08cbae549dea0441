package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One agent's events without a gap: from the store, and those of this process as they are heard, which matters at the end
 * of an agent, when the store forgets its story. Of an agent that another process removed, or that was removed while the client
 * was away, the end is told as {@link Story} knows it; its last events before the end may be missing.
 */
final class AgentEvents implements EventSource {

    private final Store store;
    private final AgentId agent;
    private final Queue<AgentEvent> live = new ConcurrentLinkedQueue<>();
    private long next;
    /** The deletion told of last: that it was asked for, or its end until the store was asked whether the agent is gone. */
    private @Nullable AgentEvent deletion;
    /** The deletion whose end was told last. */
    private @Nullable OperationId ended;

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
            AgentEvent of = deletion;
            long from = of != null && Story.isEnd(of) ? of.sequence() : next;
            Story story = store.read(tables -> Story.of(tables, agent, from, of == null ? null : of.operationId()));
            boolean answered = story.anew() || from < next;
            if (story.anew()) {
                end(story.end(), found);
                next = 1;
            }
            deletion = answered ? null : deletion;
            story.events().forEach(event -> take(event, found));
        }
        for (AgentEvent event = live.poll(); event != null; event = live.poll()) {
            take(event, found);
        }
        boolean over = found.isEmpty()
                && store.read(tables -> tables.agents().find(agent)).isEmpty();
        return new Found(found.stream().map(AgentEvents::sse).toList(), over, false);
    }

    /** The agent is gone: its end as it was heard, behind what else was heard of it, or else as the store knows it. */
    private void end(@Nullable AgentEvent end, List<AgentEvent> found) {
        if (end == null || Objects.equals(end.operationId(), ended)) {
            return;
        }
        Predicate<AgentEvent> same =
                event -> Story.isEnd(event) && Objects.equals(end.operationId(), event.operationId());
        boolean heard = live.stream().anyMatch(same);
        AgentEvent event;
        do {
            event = heard ? live.remove() : end;
            take(event, found);
        } while (!same.test(event));
    }

    /** Each once: the store and the ear may both tell of it. */
    private void take(AgentEvent event, List<AgentEvent> found) {
        // What is heard of a deletion whose end was found already is of the agent that is gone.
        boolean late = ended != null && ended.equals(event.operationId());
        boolean end = Story.isEnd(event);
        if (late || event.sequence() < next) {
            return;
        }
        found.add(event);
        next = event.sequence() + 1;
        if (end) {
            ended = event.operationId();
        }
        if (OperationKind.DELETE.name().equals(event.data().get("kind"))) {
            if (end || event.type() == EventType.OPERATION_QUEUED) {
                deletion = event;
            } else if (event.type() == EventType.OPERATION_SETTLED) {
                deletion = null;
            }
        }
    }

    private static SseEmitter.SseEventBuilder sse(AgentEvent event) {
        return SseEmitter.event()
                .id(Long.toString(event.sequence()))
                .name(event.type().name())
                .data(Wire.text(Views.event(event)));
    }
}
