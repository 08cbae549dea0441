package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Refusal;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/** Submits changes of agents that exist, and answers with where to follow them. */
final class Changes {

    private static final int STRIPES = 64;

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final String basePath;
    private final List<Object> stripes =
            Arrays.stream(new Object[STRIPES]).map(none -> new Object()).toList();

    Changes(Launchpad launchpad, AgentDirectory directory, String basePath) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.basePath = basePath;
    }

    /**
     * Submits, if the agent is still as the caller saw it. Looking and submitting are one step within this process only.
     */
    ResponseEntity<Answers.Accepted> submit(
            Caller caller, AgentRow row, @Nullable String ifMatch, Function<Agent, Operation> change) {
        synchronized (stripes.get(Math.floorMod(row.id().hashCode(), STRIPES))) {
            String current = directory.etag(row);
            if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.equals(current)) {
                throw new Refusal(
                        412,
                        "PRECONDITION_FAILED",
                        "Agent " + row.id() + " has changed since: its ETag is " + current + ".",
                        "get the agent again, and send its new ETag.");
            }
            return accepted(caller, change.apply(launchpad.agent(row.id())));
        }
    }

    ResponseEntity<Answers.Accepted> accepted(Caller caller, Operation operation) {
        OperationRow row = directory.operation(caller, operation.id().value());
        return ResponseEntity.accepted()
                .location(URI.create(basePath + "/operations/" + row.id()))
                .eTag("\"" + row.id() + "\"")
                .body(Views.accepted(row));
    }
}
