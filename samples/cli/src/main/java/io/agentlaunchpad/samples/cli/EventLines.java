package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.event.AgentEvent;

/** One event as one line. */
final class EventLines {

    private EventLines() {}

    static String json(AgentEvent event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("agentId", event.agentId().value());
        node.put("sequence", event.sequence());
        node.put("at", event.at().toString());
        node.put("type", event.type().name());
        if (event.operationId() != null) {
            node.put("operationId", event.operationId().value());
        }
        node.put("message", event.message());
        ObjectNode data = node.putObject("data");
        event.data().forEach(data::put);
        return node.toString();
    }

    static String text(AgentEvent event) {
        return event.sequence() + "  " + event.at() + "  " + event.type() + "  " + event.message();
    }
}
