package io.agentlaunchpad.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChatTest {

    private final Agent agent = new Agent();
    private final Chat chat = new Chat(agent, new AgentId("ada"));
    private final List<String> pieces = new ArrayList<>();

    @Test
    void the_words_are_heard_as_they_come_and_returned_whole() {
        agent.says(
                ": a comment",
                "event: user_message",
                "data: {\"content\":\"Hello\"}",
                "",
                "event: chunk",
                "data: {\"messageId\":\"m1\",\"chunk\":\"\\n1 &l\",\"index\":0}",
                "",
                "event: chunk",
                "data: {\"messageId\":\"m1\",\"chunk\":\"t; 2 \\ud83d\",\"index\":1}",
                "",
                "event: chunk",
                "data: {\"messageId\":\"m1\",\"chunk\":\"\\ude00 \",\"index\":2}",
                "",
                "event: done",
                "data: {\"text\":\"1 < 2 😀\",\"actions\":[\"REPLY\"]}",
                "");

        assertThat(say().text()).isEqualTo("1 < 2 😀");
        assertThat(pieces).containsExactly("1", " < 2", " 😀");
        assertThat(agent.asked).last().asString().contains("\"transport\":\"sse\"");
    }

    @Test
    void an_agent_whose_model_does_not_stream_says_all_as_one_piece() {
        agent.says("event: done", "data: {\"text\":\"Hello yourself\"}", "");

        assertThat(say().text()).isEqualTo("Hello yourself");
        assertThat(pieces).containsExactly("Hello yourself");
    }

    @Test
    void an_agent_that_knows_no_streams_does_too() {
        agent.says("{\"success\":true,\"agentResponse\":{\"text\":\"Hello yourself\"}}");

        assertThat(say().text()).isEqualTo("Hello yourself");
        assertThat(pieces).containsExactly("Hello yourself");
    }

    @Test
    void what_the_agent_says_in_the_end_counts() {
        agent.says(
                "event: chunk",
                "data: {\"chunk\":\"Perhaps\"}",
                "",
                "event: done",
                "data: {\"text\":\"On second thoughts, no\"}",
                "",
                "event: done",
                "data: {\"text\":\"And another thing\"}",
                "");

        assertThat(say().text()).isEqualTo("On second thoughts, no");
        assertThat(pieces).containsExactly("Perhaps");
    }

    @Test
    void why_there_is_no_reply_is_told_in_the_agents_words() {
        agent.says(
                "event: chunk", "data: {\"chunk\":\"Per\"}", "", "event: error", "data: {\"error\":\"no credit\"}", "");

        assertThatThrownBy(this::say)
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("no credit")
                .hasMessageContaining("Fix: ");
    }

    @Test
    void a_stream_that_ends_before_the_reply_is_none() {
        agent.says("event: chunk", "data: {\"chunk\":\"Per\"}", "", "event: done", "data: {\"text\":\"Perha");

        assertThatThrownBy(this::say)
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("ended before the reply");
    }

    @Test
    void a_session_that_is_lost_is_opened_anew_and_the_message_said_once() {
        agent.says("event: done", "data: {\"text\":\"one\"}", "");
        say();
        agent.forgets();
        agent.says("event: done", "data: {\"text\":\"two\"}", "");

        assertThat(say().text()).isEqualTo("two");
        assertThat(pieces).containsExactly("one", "two");
        assertThat(agent.asked.stream().map(AgentAccess.Request::path))
                .containsExactly(
                        "/api/agents",
                        "/api/messaging/sessions",
                        "/api/messaging/sessions/s1/messages",
                        "/api/messaging/sessions/s1/messages",
                        "/api/agents",
                        "/api/messaging/sessions",
                        "/api/messaging/sessions/s2/messages");
    }

    private Chat.Said say() {
        return chat.say("anna", "Hello", pieces::add, TestWork.of());
    }

    /** The agent's end of the sessions API. */
    private static final class Agent implements AgentAccess {

        private final List<Request> asked = new ArrayList<>();
        private List<String> lines = List.of();
        private int sessions = 1;

        void says(String... answer) {
            lines = List.of(answer);
        }

        /** Starts again. */
        void forgets() {
            sessions++;
        }

        @Override
        public Optional<URI> url(AgentId agentId) {
            return Optional.empty();
        }

        @Override
        public Response send(AgentId agentId, Request request, WorkContext context) {
            asked.add(request);
            return request.method().equals("GET")
                    ? new Response(200, Map.of(), "{\"data\":{\"agents\":[{\"id\":\"a1\"}]}}")
                    : new Response(201, Map.of(), "{\"sessionId\":\"s" + sessions + "\"}");
        }

        @Override
        public Response stream(AgentId agentId, Request request, Consumer<String> each, WorkContext context) {
            asked.add(request);
            if (!request.path().contains("/s" + sessions + "/")) {
                return new Response(404, Map.of(), "{\"error\":\"Session not found\"}");
            }
            lines.forEach(each);
            return new Response(200, Map.of(), "");
        }

        @Override
        public void logs(AgentId agentId, LogQuery query, Consumer<String> each, WorkContext context) {
            throw new AssertionError("not asked for here");
        }
    }
}
