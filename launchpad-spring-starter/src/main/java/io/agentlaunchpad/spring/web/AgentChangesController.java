package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Refusal;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What can be done to a running agent, and what was done. */
@RestController
@RequestMapping(
        path = "${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}",
        produces = MediaType.APPLICATION_JSON_VALUE)
class AgentChangesController {

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final Changes changes;

    AgentChangesController(Launchpad launchpad, AgentDirectory directory, Changes changes) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.changes = changes;
    }

    @PostMapping(path = "/agents/{id}/scale", name = "Run another number of copies; 0 stops the agent")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> scale(Caller caller, @PathVariable String id, @RequestBody Bodies.Scale body) {
        int replicas = Objects.requireNonNull(body.replicas());
        return operate(caller, id, agent -> agent.scale(replicas));
    }

    @PostMapping(path = "/agents/{id}/restart", name = "Start other processes of the same release")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> restart(Caller caller, @PathVariable String id) {
        return operate(caller, id, Agent::restart);
    }

    @PostMapping(path = "/agents/{id}/stop", name = "Keep everything, run nothing")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> stop(Caller caller, @PathVariable String id) {
        return operate(caller, id, Agent::stop);
    }

    @PostMapping(path = "/agents/{id}/start", name = "Run again after a stop")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> start(Caller caller, @PathVariable String id) {
        return operate(caller, id, Agent::start);
    }

    @PostMapping(path = "/agents/{id}/rollback", name = "Go back to a release that is kept; the one before unless said")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> rollback(
            Caller caller, @PathVariable String id, @RequestBody(required = false) Bodies.@Nullable Rollback body) {
        Integer revision = body == null ? null : body.revision();
        return operate(caller, id, agent -> revision == null ? agent.rollback() : agent.rollback(revision));
    }

    @GetMapping(path = "/agents/{id}/releases", name = "Releases that are kept, newest first")
    Answers.Releases releases(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        AgentRow row = directory.agent(caller, id);
        return new Answers.Releases(launchpad.agent(row.id()).releases().stream()
                .map(release -> Views.release(release, row.serving()))
                .toList());
    }

    @GetMapping(path = "/agents/{id}/operations", name = "Operations on an agent, newest first")
    Answers.Operations operations(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "50") @Form(least = 1, most = 200) int limit) {
        caller.needs(Permission.AGENTS_READ);
        int most = Parameters.within("limit", limit, 1, 200);
        return new Answers.Operations(directory.operations(directory.agent(caller, id), most).stream()
                .map(Views::operation)
                .toList());
    }

    @GetMapping(path = "/operations/{id}", name = "How far an operation is")
    Answers.OperationView operation(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        return Views.operation(directory.operation(caller, id));
    }

    @DeleteMapping(path = "/operations/{id}", name = "Ask for cancellation; what was changed is taken back")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.OperationView> cancel(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_OPERATE);
        OperationId known = directory.operation(caller, id).id();
        if (!launchpad.operation(known).cancel()) {
            throw new Refusal(
                    409,
                    "OPERATION_SETTLED",
                    "Operation " + known + " has ended already.",
                    "nothing; look at its end.");
        }
        OperationRow row = directory.operation(caller, id);
        return ResponseEntity.accepted().body(Views.operation(row));
    }

    private ResponseEntity<Answers.Accepted> operate(Caller caller, String id, Function<Agent, Operation> change) {
        caller.needs(Permission.AGENTS_OPERATE);
        return changes.submit(caller, directory.agent(caller, id), null, change);
    }
}
