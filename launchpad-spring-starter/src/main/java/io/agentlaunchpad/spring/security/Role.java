package io.agentlaunchpad.spring.security;

import java.util.EnumSet;
import java.util.Set;

/** What a caller is; bounds the permissions that a key can have. */
public enum Role {
    /** Its owner's agents only. */
    USER,
    /** Everybody's agents, keys, the audit and the totals. */
    ADMIN;

    /** All that the role may do. */
    public Set<Permission> permissions() {
        return this == ADMIN
                ? EnumSet.allOf(Permission.class)
                : EnumSet.range(Permission.AGENTS_READ, Permission.AGENTS_CHAT);
    }
}
