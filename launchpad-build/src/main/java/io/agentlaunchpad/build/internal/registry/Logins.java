package io.agentlaunchpad.build.internal.registry;

import java.util.Optional;

/**
 * Finds the login for a registry. May run a credential helper, so it is asked only once a registry wants to know, and
 * again where what it said is refused.
 */
@FunctionalInterface
public interface Logins {

    /** The login for that host, or none: then the registry is asked anonymously. */
    Optional<Login> find(String host);

    /** Why there is no login for that host, where something went wrong in looking for it; else empty. */
    default String remark(String host) {
        return "";
    }
}
