package io.agentlaunchpad.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.AgentAccess.Request;
import io.agentlaunchpad.spi.AgentAccess.Response;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Talks to one agent over the sessions API of the ElizaOS 1.7 server: one session per caller, opened when it is first
 * needed. A message is never sent twice: only a session that the agent says it does not know is opened anew.
 */
public final class Chat {

    private final AgentAccess access;
    private final AgentId agentId;
    private final Map<String, String> sessions = new ConcurrentHashMap<>();
    private volatile @Nullable String runtimeId;

    public Chat(AgentAccess access, AgentId agentId) {
        this.access = access;
        this.agentId = agentId;
    }

    /** Says something as a caller and waits for the reply. */
    public Said say(String caller, String text, WorkContext context) {
        String session = sessions.get(caller);
        if (session != null) {
            Response response = send(session, text, context);
            if (response.status() != 404 && response.status() != 410) {
                return said(response);
            }
            // The agent was started again and knows no sessions: the message was refused, not taken.
            sessions.remove(caller);
            runtimeId = null;
        }
        String fresh = open(caller, context);
        sessions.put(caller, fresh);
        return said(send(fresh, text, context));
    }

    private Response send(String session, String text, WorkContext context) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("content", text);
        message.put("transport", "http");
        context.check();
        return access.send(
                agentId, Request.post("/api/messaging/sessions/" + session + "/messages", message.toString()), context);
    }

    private String open(String caller, WorkContext context) {
        ObjectNode ask = JsonNodeFactory.instance.objectNode();
        ask.put("agentId", runtimeId(context));
        ask.put(
                "userId",
                UUID.nameUUIDFromBytes(caller.getBytes(StandardCharsets.UTF_8)).toString());
        context.check();
        Response response = access.send(agentId, Request.post("/api/messaging/sessions", ask.toString()), context);
        String session = tree(response).path("sessionId").asText("");
        if (session.isEmpty()) {
            throw refused(response);
        }
        return session;
    }

    private String runtimeId(WorkContext context) {
        String known = runtimeId;
        if (known != null) {
            return known;
        }
        Response response = access.send(agentId, Request.get("/api/agents"), context);
        String id =
                tree(response).path("data").path("agents").path(0).path("id").asText("");
        if (id.isEmpty()) {
            throw refused(response);
        }
        runtimeId = id;
        return id;
    }

    private Said said(Response response) {
        JsonNode reply = tree(response).path("agentResponse");
        if (response.status() / 100 != 2 || reply.isMissingNode() || reply.isNull()) {
            throw refused(response);
        }
        return new Said(reply.path("text").asText(""));
    }

    private JsonNode tree(Response response) {
        try {
            return Json.mapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw refused(response);
        }
    }

    private DeployException refused(Response response) {
        String body = response.body();
        String shown = body.length() > 300 ? body.substring(0, 300) + "…" : body;
        return new DeployException(
                "NO_REPLY",
                "Agent " + agentId + " did not answer the message: HTTP " + response.status() + " " + shown,
                "check its model's key and endpoint, and read its log.",
                null);
    }

    /**
     * What an agent said.
     *
     * @param text its words
     */
    public record Said(String text) {}
}
