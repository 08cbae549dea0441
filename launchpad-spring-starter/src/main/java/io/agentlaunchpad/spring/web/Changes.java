package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Refusal;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Submits changes of agents that exist, and answers with where to follow them. */
final class Changes {

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final String basePath;

    Changes(Launchpad launchpad, AgentDirectory directory, String basePath) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.basePath = basePath;
    }

    /** Submits a change of an agent, if it is still as the caller saw it. */
    ResponseEntity<Answers.Accepted> submit(
            Caller caller, AgentRow row, @Nullable String ifMatch, Function<Agent, Operation> change) {
        Agent agent = launchpad.agent(row.id());
        OperationId seen = seen(row, ifMatch);
        return submit(caller, () -> change.apply(seen == null ? agent : agent.ifUnchangedSince(seen)));
    }

    /** Submits what carries its own condition. */
    ResponseEntity<Answers.Accepted> submit(Caller caller, Supplier<Operation> change) {
        try {
            return accepted(caller, change.get());
        } catch (ConflictException e) {
            throw e.code().equals("AGENT_CHANGED") ? changed(e.failure().message()) : e;
        }
    }

    /**
     * The operation that the caller takes for the agent's latest: of several entity tags the one that is, if any.
     *
     * @return null where the caller does not care
     */
    @Nullable
    OperationId seen(AgentRow row, @Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return null;
        }
        List<String> tags =
                Arrays.stream(ifMatch.split(",", -1)).map(String::strip).toList();
        String current = directory.latest(row);
        String tag = tags.contains(current) ? current : tags.get(0);
        return AgentDirectory.tagged(tag)
                .orElseThrow(() -> changed("Agent " + row.id() + " never had that entity tag."));
    }

    private static Refusal changed(String what) {
        return new Refusal(
                412,
                "PRECONDITION_FAILED",
                what,
                "get the agent again once no operation is under way, and send its new ETag.");
    }

    private ResponseEntity<Answers.Accepted> accepted(Caller caller, Operation operation) {
        OperationRow row = directory.operation(caller, operation.id().value());
        return ResponseEntity.accepted()
                .location(URI.create(application() + basePath + "/operations/" + row.id()))
                .eTag(AgentDirectory.etag(row))
                .body(Views.accepted(row));
    }

    /** Where the application itself begins, as its client sees it. */
    private static String application() {
        String path =
                ServletUriComponentsBuilder.fromCurrentContextPath().build().getPath();
        return path == null ? "" : path;
    }
}
