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

    /** These, and that login for one registry, by whichever of its names it is asked for. */
    default Logins with(String host, Login login) {
        String served = Registries.served(host);
        return asked -> Registries.served(asked).equals(served) ? Optional.of(login) : find(asked);
    }

    /** Why there is no login for that host, where something went wrong in looking for it; else empty. */
    default String remark(String host) {
        return "";
    }
}
