package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.AgentEvent;
import java.util.List;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Where a stream's events come from. Asked by one thread at a time. */
interface EventSource {

    /** Nothing of its own. */
    EventSource SILENT = new EventSource() {
        @Override
        public boolean wants(AgentId agent) {
            return false;
        }

        @Override
        public void heard(AgentEvent event) {}

        @Override
        public Found next() {
            return new Found(List.of(), false, false);
        }
    };

    /** Whether that agent's events belong here. */
    boolean wants(AgentId agent);

    /** One happened in this process; from any thread. */
    void heard(AgentEvent event);

    /** What is new since the last call. */
    Found next();

    /**
     * What is new.
     *
     * @param events in order
     * @param over whether no more will come
     * @param more whether to ask again at once
     */
    record Found(List<SseEmitter.SseEventBuilder> events, boolean over, boolean more) {}
}
