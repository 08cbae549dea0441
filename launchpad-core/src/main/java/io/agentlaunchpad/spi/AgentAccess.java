package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The road to a running agent: its log and its HTTP endpoint (readiness details, metrics, chat). Adds the agent's own
 * token to requests; callers never see it. Safe for concurrent use.
 */
public interface AgentAccess {

    /** The longest line of a streamed answer, in bytes: who asks has to hold it as a whole. */
    int LONGEST_LINE = 16 << 20;

    /** Where people reach the agent, if they can. */
    Optional<URI> url(AgentId agentId);

    /**
     * Sends one request to the agent, once; never again by itself.
     *
     * @throws io.agentlaunchpad.error.UnreachableException when no answer came
     * @throws io.agentlaunchpad.error.NotFoundException when no such agent runs here
     */
    Response send(AgentId agentId, Request request, WorkContext context);

    /**
     * The same for an answer that takes its time: its lines are passed on as they come, on this thread, without their ends. An
     * answer of another status than 2xx comes whole. What the consumer throws ends the request.
     *
     * @return the answer; its body is empty where its lines were passed on
     * @throws io.agentlaunchpad.error.UnreachableException when no answer came, it broke off, or a line of it is longer than
     *     {@value #LONGEST_LINE} bytes
     * @throws io.agentlaunchpad.error.NotFoundException when no such agent runs here
     */
    Response stream(AgentId agentId, Request request, Consumer<String> lines, WorkContext context);

    /** Passes log lines on, oldest first; with {@code follow} until the context is cancelled or the agent is gone. */
    void logs(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context);

    /**
     * A request to the agent.
     *
     * @param method GET, POST …
     * @param path with a leading slash, and its query
     * @param body JSON, or null
     */
    record Request(String method, String path, @Nullable String body) {

        /** A GET. */
        public static Request get(String path) {
            return new Request("GET", path, null);
        }

        /** A POST of JSON. */
        public static Request post(String path, String json) {
            return new Request("POST", path, json);
        }
    }

    /**
     * The agent's answer.
     *
     * @param status HTTP status code
     * @param headers lower-case names
     * @param body text
     */
    record Response(int status, Map<String, String> headers, String body) {

        public Response {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Which log lines.
     *
     * @param tail the last so many; negative for all that are kept
     * @param since none older than this, or null
     * @param follow whether to wait for more
     */
    record LogQuery(int tail, @Nullable Instant since, boolean follow) {

        /** The last so many lines. */
        public static LogQuery last(int lines) {
            return new LogQuery(lines, null, false);
        }

        /** Waits for more as well. */
        public LogQuery following() {
            return new LogQuery(tail, since, true);
        }
    }
}
