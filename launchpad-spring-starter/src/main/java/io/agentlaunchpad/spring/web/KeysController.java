package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.Permission;
import io.agentlaunchpad.spring.security.Refusal;
import io.agentlaunchpad.spring.security.Role;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** API keys. */
@RestController
@RequestMapping(
        path = "${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}/keys",
        produces = MediaType.APPLICATION_JSON_VALUE)
class KeysController {

    private final Keyring keyring;
    private final Clock clock;

    KeysController(Keyring keyring, Clock clock) {
        this.keyring = keyring;
        this.clock = clock;
    }

    @PostMapping(name = "Make a key; its value is shown once")
    @ResponseStatus(HttpStatus.CREATED)
    Answers.NewKey make(Caller caller, @RequestBody Bodies.KeyRequest body) {
        caller.needs(Permission.KEYS_MANAGE);
        if (body.expiresAt() != null && !body.expiresAt().isAfter(clock.instant())) {
            throw Parameters.invalid("expiresAt", "use a time to come.");
        }
        Owner owner = body.owner() == null ? caller.owner() : Parameters.owner(body.owner());
        Role role = body.role() == null ? Role.USER : body.role();
        Set<Permission> permissions = permissions(body.permissions(), role);
        if (!caller.permissions().containsAll(permissions)) {
            throw new Refusal(
                    403,
                    "INSUFFICIENT_PERMISSIONS",
                    "This key may not give away what it lacks itself.",
                    "ask for fewer permissions, or use an admin's key that has them.");
        }
        Keyring.Issued issued =
                keyring.issue(Objects.requireNonNull(body.name()), owner, role, permissions, body.expiresAt());
        return new Answers.NewKey(issued.key().id(), issued.value(), owner.id(), role, Views.permissions(issued.key()));
    }

    @GetMapping(name = "Keys that were made, without their values")
    Answers.Keys keys(Caller caller) {
        caller.needs(Permission.KEYS_MANAGE);
        return new Answers.Keys(keyring.list().stream().map(Views::key).toList());
    }

    @DeleteMapping(path = "/{keyId}", name = "Refuse a key from now on")
    Answers.KeyView revoke(Caller caller, @PathVariable String keyId) {
        caller.needs(Permission.KEYS_MANAGE);
        return keyring.revoke(keyId)
                .map(Views::key)
                .orElseThrow(() -> new NotFoundException(
                        "KEY_NOT_FOUND", "There is no such key.", "list the keys to see which there are.", null));
    }

    private static Set<Permission> permissions(@Nullable List<String> labels, Role role) {
        if (labels == null) {
            return role.permissions();
        }
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        for (String label : labels) {
            Permission permission = Permission.of(label)
                    .filter(role.permissions()::contains)
                    .orElseThrow(() -> Parameters.invalid(
                            "permissions",
                            "use those of " + role + ": "
                                    + role.permissions().stream()
                                            .map(Permission::label)
                                            .toList()
                                    + "."));
            permissions.add(permission);
        }
        return permissions;
    }
}
