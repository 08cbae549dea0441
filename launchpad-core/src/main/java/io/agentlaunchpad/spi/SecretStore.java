package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;
import java.util.Set;

/**
 * Keeps secret values, by version. Safe for concurrent use.
 *
 * <p>Laws: a version never changes; what {@link #put} returned survives a crash; putting equal values again may return the
 * same version, but for one that is about to be forgotten.
 */
public interface SecretStore {

    /**
     * Stores one set of values.
     *
     * @param condemned versions that are about to be forgotten; another one is returned
     * @return its version: a short name without a secret in it, never given again
     */
    String put(AgentId agentId, Secrets secrets, Set<String> condemned);

    /** {@link #put(AgentId, Secrets, Set)} where nothing is about to be forgotten. */
    default String put(AgentId agentId, Secrets secrets) {
        return put(agentId, secrets, Set.of());
    }

    /** The versions that there are. */
    Set<String> versions(AgentId agentId);

    /**
     * The values of a version.
     *
     * @throws io.agentlaunchpad.error.NotFoundException when there is no such version
     */
    Secrets reveal(AgentId agentId, String version);

    /** Forgets a version. Doing it again is harmless. */
    void forget(AgentId agentId, String version);
}
