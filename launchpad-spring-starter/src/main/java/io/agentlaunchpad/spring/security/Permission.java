package io.agentlaunchpad.spring.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One thing that a caller may do; written {@code agents:create} where people and programs read it. */
public enum Permission {
    AGENTS_READ,
    AGENTS_CREATE,
    AGENTS_UPDATE,
    AGENTS_OPERATE,
    AGENTS_DELETE,
    AGENTS_CHAT,
    KEYS_MANAGE,
    AUDIT_READ,
    SYSTEM_READ;

    /** As it is written. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    /** The permission so written. */
    public static Optional<Permission> of(String label) {
        return Arrays.stream(values())
                .filter(permission -> permission.label().equals(label))
                .findFirst();
    }
}
