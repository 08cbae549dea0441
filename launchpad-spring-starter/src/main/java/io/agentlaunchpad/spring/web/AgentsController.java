package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Refusal;
import io.agentlaunchpad.spring.security.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Agents: make, look, replace, remove. Changes are accepted, not waited for. */
@RestController
@RequestMapping(
        path = "${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}/agents",
        produces = MediaType.APPLICATION_JSON_VALUE)
class AgentsController {

    private static final String IDEMPOTENCY_KEY = "[!-~]{1,200}";

    private final Launchpad launchpad;
    private final AgentDirectory directory;
    private final AgentBodies bodies;
    private final Changes changes;

    AgentsController(Launchpad launchpad, AgentDirectory directory, AgentBodies bodies, Changes changes) {
        this.launchpad = launchpad;
        this.directory = directory;
        this.bodies = bodies;
        this.changes = changes;
    }

    @PostMapping(name = "Launch a new agent")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> create(
            Caller caller,
            @RequestHeader(name = "Idempotency-Key", required = false) @Form(pattern = IDEMPOTENCY_KEY) @Nullable
                    String idempotencyKey,
            @RequestParam(required = false) @Form(least = 1, most = 100, pattern = Parameters.LINE) @Nullable
                    String owner,
            @RequestParam(required = false) @Form(least = 1, most = 100) @Nullable String platform,
            @RequestBody(required = false) byte @Nullable [] configuration) {
        caller.needs(Permission.AGENTS_CREATE);
        AgentPayload payload = bodies.read(configuration);
        LaunchRequest request = on(platform, LaunchRequest.of(payload.spec()).ownedBy(owner(caller, owner)))
                .ifAbsent();
        LaunchRequest once = idempotencyKey == null ? request : request.idempotencyKey(checked(idempotencyKey));
        return changes.submit(caller, () -> launchpad.submit(once, payload.secrets()));
    }

    @GetMapping(name = "List agents")
    Answers.AgentPage list(
            Caller caller,
            @RequestParam(defaultValue = "50") @Form(least = 1, most = 200) int limit,
            @RequestParam(required = false) @Form(pattern = AgentDirectory.ID) @Nullable String cursor,
            @RequestParam(required = false) @Nullable AgentStatus status,
            @RequestParam(required = false) @Form(least = 1, most = 100, pattern = Parameters.LINE) @Nullable
                    String owner) {
        caller.needs(Permission.AGENTS_READ);
        Owner whose = owner == null && caller.role() == Role.ADMIN ? null : owner(caller, owner);
        AgentId after = cursor == null
                ? null
                : AgentDirectory.parse(cursor)
                        .orElseThrow(() -> Parameters.invalid("cursor", "use the next of the page before."));
        return directory.page(whose, after, Parameters.within("limit", limit, 1, 200), status);
    }

    @GetMapping(path = "/{id}", name = "One agent as it was asked for, secrets masked")
    ResponseEntity<Answers.AgentView> get(Caller caller, @PathVariable String id) {
        caller.needs(Permission.AGENTS_READ);
        AgentDirectory.Seen seen = directory.seen(caller, id);
        return ResponseEntity.ok().eTag(seen.etag()).body(Views.agent(seen.row(), seen.status()));
    }

    @PutMapping(path = "/{id}", name = "Update an agent; absent or masked secrets keep their value")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> update(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestHeader(name = "Idempotency-Key", required = false) @Form(pattern = IDEMPOTENCY_KEY) @Nullable
                    String idempotencyKey,
            @RequestParam(defaultValue = "false") boolean refreshLock,
            @RequestBody(required = false) byte @Nullable [] configuration) {
        caller.needs(Permission.AGENTS_UPDATE);
        AgentRow row = directory.agent(caller, id);
        AgentPayload payload = bodies.read(configuration, row.id(), row.owner());
        LaunchRequest asked = LaunchRequest.of(payload.spec()).ownedBy(row.owner());
        LaunchRequest fresh = refreshLock ? asked.refreshingLock() : asked;
        LaunchRequest once = idempotencyKey == null ? fresh : fresh.idempotencyKey(checked(idempotencyKey));
        OperationId seen = changes.seen(row, ifMatch);
        LaunchRequest request = seen == null ? once : once.ifUnchangedSince(seen);
        return changes.submit(caller, () -> launchpad.submit(request, payload.secrets()));
    }

    @DeleteMapping(path = "/{id}", name = "Remove an agent, its data and its secrets")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResponseEntity<Answers.Accepted> delete(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        caller.needs(Permission.AGENTS_DELETE);
        return changes.submit(caller, directory.agent(caller, id), ifMatch, io.agentlaunchpad.Agent::delete);
    }

    @PostMapping(path = "/plan", name = "What launching would change; touches nothing")
    Answers.PlanView plan(
            Caller caller,
            @RequestParam(required = false) @Form(least = 1, most = 100, pattern = Parameters.LINE) @Nullable
                    String owner,
            @RequestParam(required = false) @Form(least = 1, most = 100) @Nullable String platform,
            @RequestBody(required = false) byte @Nullable [] configuration) {
        caller.needs(Permission.AGENTS_READ);
        AgentPayload payload = bodies.read(configuration);
        LaunchRequest request = on(platform, LaunchRequest.of(payload.spec()).ownedBy(owner(caller, owner)));
        return Views.plan(launchpad.plan(request, payload.secrets()));
    }

    private static LaunchRequest on(@Nullable String platform, LaunchRequest request) {
        return platform == null ? request : request.on(Parameters.text("platform", platform, 1, 100));
    }

    /** An admin may act for any owner; a user for himself alone. */
    private static Owner owner(Caller caller, @Nullable String asked) {
        if (asked == null) {
            return caller.owner();
        }
        Owner owner = Parameters.owner(asked);
        if (!caller.sees(owner)) {
            throw new Refusal(
                    403,
                    "INSUFFICIENT_PERMISSIONS",
                    "This key may not act for another owner.",
                    "leave owner out, or use an admin's key.");
        }
        return owner;
    }

    private static String checked(String idempotencyKey) {
        if (!idempotencyKey.matches(IDEMPOTENCY_KEY)) {
            throw Parameters.invalid("Idempotency-Key", "use 1 to 200 visible ASCII characters.");
        }
        return idempotencyKey;
    }
}
