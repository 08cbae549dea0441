package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AgentStanding;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** How an agent is, what it says, and what happened to it. */
@RestController
@RequestMapping(
        path = "${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}",
        produces = MediaType.APPLICATION_JSON_VALUE)
class AgentTalkController {

    private static final Duration LOG = Duration.ofSeconds(20);
    private static final Duration FIGURES = Duration.ofSeconds(5);

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final EventStreams streams;
    private final WebProperties web;

    AgentTalkController(Launchpad launchpad, AgentDirectory directory, EventStreams streams, WebProperties web) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.streams = streams;
        this.web = web;
    }

    @GetMapping(path = "/agents/{id}/status", name = "Where an agent stands and how it is, asked for now")
    Answers.AgentNow status(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        AgentStanding standing = directory.standing(caller, id);
        return Views.now(standing.agent(), launchpad.state(standing));
    }

    @GetMapping(path = "/agents/{id}/metrics", name = "Figures of this moment")
    Answers.Metrics metrics(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        AgentStanding standing = directory.standing(caller, id);
        Agent agent = launchpad.agent(standing.agent().id());
        return Views.metrics(agent.id(), launchpad.state(standing), agent.traffic(FIGURES));
    }

    @PostMapping(
            path = "/agents/{id}/messages",
            name = "Say something and wait for the reply",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE})
    @Streaming(value = Answers.Reply.class, pieces = Answers.Chunk.class)
    Object say(Caller caller, @PathVariable String id, @RequestBody Bodies.Message body, HttpServletRequest request) {
        caller.needs(Permission.AGENTS_CHAT);
        AgentId agent = directory.agent(caller, id).id();
        String text = Objects.requireNonNull(body.text());
        String speaker = caller.name() + (body.user() == null ? "" : "/" + body.user());
        if (!Streaming.Asked.by(request)) {
            return reply(agent, known -> known.chat(speaker, text, web.chatWithin()));
        }
        String requestId = String.valueOf(request.getAttribute(ApiFilter.REQUEST_ID));
        return streams.reply(
                caller,
                pieces -> reply(
                        agent,
                        known -> known.chat(
                                speaker, text, web.chatWithin(), piece -> pieces.accept(new Answers.Chunk(piece)))),
                failure -> Problems.problem(failure, requestId));
    }

    private Answers.Reply reply(AgentId agent, Function<Agent, Agent.Reply> question) {
        return running(
                agent,
                () -> new Answers.Reply(question.apply(launchpad.agent(agent)).text()));
    }

    @GetMapping(
            path = "/agents/{id}/logs",
            name = "Log lines, oldest first",
            produces = MediaType.APPLICATION_JSON_VALUE)
    Answers.Log logs(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "100") @Form(least = 1, most = 10_000) int lines,
            @RequestParam(required = false) @Form(time = true) @Nullable String since,
            @RequestParam(required = false) @Form(oneOf = "true") @Nullable String follow) {
        LogQuery query = query(caller, lines, since);
        if (follow != null && !follow.equals("true")) {
            throw Parameters.invalid("follow", "use true, or leave it out.");
        }
        AgentRow row = directory.agent(caller, id);
        List<String> read = new ArrayList<>();
        return running(row.id(), () -> {
            launchpad.agent(row.id()).logs(query, LOG, read::add);
            return new Answers.Log(read);
        });
    }

    @GetMapping(
            path = "/agents/{id}/logs",
            name = "Log lines as they come",
            params = "follow=true",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "100") @Form(least = 1, most = 10_000) int lines,
            @RequestParam(required = false) @Form(time = true) @Nullable String since,
            HttpServletRequest request) {
        LogQuery query = query(caller, lines, since).following();
        AgentId agent = directory.agent(caller, id).id();
        String requestId = String.valueOf(request.getAttribute(ApiFilter.REQUEST_ID));
        return streams.log(caller, launchpad.agent(agent), query, failure -> Problems.problem(failure, requestId));
    }

    /** It exists; where its platform does not know it, it has not been started yet, or is gone again. */
    private static <T> T running(AgentId id, Supplier<T> question) {
        try {
            return question.get();
        } catch (NotFoundException e) {
            throw new Refusal(
                    409, "AGENT_NOT_RUNNING", "Agent " + id + " does not run.", "wait for its launch, or start it.");
        }
    }

    private static LogQuery query(Caller caller, int lines, @Nullable String since) {
        caller.needs(Permission.AGENTS_READ);
        return new LogQuery(
                Parameters.within("lines", lines, 1, 10_000),
                since == null ? null : Parameters.time("since", since),
                false);
    }

    @GetMapping(
            path = "/agents/{id}/events",
            name = "An agent's story from its first event, or from the one after Last-Event-ID",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Form(pattern = "[0-9]{1,18}") @Nullable
                    String last) {
        caller.needs(Permission.AGENTS_READ);
        long from = EventStreams.from(last);
        return streams.ofAgent(caller, directory.told(caller, id, from), from);
    }

    @GetMapping(
            path = "/events",
            name = "What happens to all agents of the caller from now on, or after Last-Event-ID",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter allEvents(
            Caller caller,
            @RequestHeader(name = "Last-Event-ID", required = false) @Form(pattern = "[0-9]{1,15}") @Nullable
                    String last) {
        caller.needs(Permission.AGENTS_READ);
        return streams.ofCaller(caller, last);
    }
}
