package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.agent.Owner;
import java.util.Set;

/**
 * Who makes a request.
 *
 * @param name a key's id or a principal's name; stands in the audit
 * @param owner whose agents these are
 * @param role what the caller is
 * @param permissions what the caller may do
 */
public record Caller(String name, Owner owner, Role role, Set<Permission> permissions) {

    public Caller {
        permissions = Set.copyOf(permissions);
    }

    /** Whether that owner's agents exist for this caller. */
    public boolean sees(Owner other) {
        return role == Role.ADMIN || owner.equals(other);
    }

    /**
     * Refuses a caller who may not do that.
     *
     * @throws Refusal 403
     */
    public void needs(Permission permission) {
        if (!permissions.contains(permission)) {
            throw new Refusal(
                    403,
                    "INSUFFICIENT_PERMISSIONS",
                    "This key may not do that: it lacks " + permission.label() + ".",
                    "use a key that has it; an admin makes keys with POST /keys.");
        }
    }
}
