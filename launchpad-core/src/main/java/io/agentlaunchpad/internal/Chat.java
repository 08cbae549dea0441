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
import java.util.function.Consumer;
import java.util.function.Function;
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
        return said(
                inSession(caller, context, session -> access.send(agentId, message(session, text, "http"), context)));
    }

    /**
     * The same, with its words as they come. What is returned is what counts: an agent may think better of what it began to
     * say.
     */
    public Said say(String caller, String text, Consumer<String> pieces, WorkContext context) {
        SpokenReply spoken = new SpokenReply(pieces);
        Response response = inSession(
                caller,
                context,
                session -> access.stream(agentId, message(session, text, "sse"), spoken::line, context));
        if (response.status() / 100 != 2) {
            throw refused(response);
        }
        return spoken.end().map(Said::new).orElseThrow(() -> refused(spoken.fault()));
    }

    private static Request message(String session, String text, String transport) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("content", text);
        message.put("transport", transport);
        return Request.post("/api/messaging/sessions/" + session + "/messages", message.toString());
    }

    /** Asks in the caller's session; in a new one where the agent knows that no more: then it refused the message. */
    private Response inSession(String caller, WorkContext context, Function<String, Response> ask) {
        String session = sessions.get(caller);
        if (session != null) {
            context.check();
            Response response = ask.apply(session);
            if (response.status() != 404 && response.status() != 410) {
                return response;
            }
            // It was started again.
            sessions.remove(caller);
            runtimeId = null;
        }
        String fresh = open(caller, context);
        sessions.put(caller, fresh);
        context.check();
        return ask.apply(fresh);
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
        return refused("HTTP " + response.status() + " " + response.body());
    }

    private DeployException refused(String why) {
        String shown = why.length() > 300 ? why.substring(0, 300) + "…" : why;
        return new DeployException(
                "NO_REPLY",
                "Agent " + agentId + " did not answer the message: " + shown,
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
