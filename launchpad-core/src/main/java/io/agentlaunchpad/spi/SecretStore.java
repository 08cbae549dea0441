package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;
import java.util.Set;

/**
 * Keeps secret values, by version. Safe for concurrent use.
 *
 * <p>Laws: a version never changes; what {@link #put} returned survives a crash; every put makes another version. Whoever
 * puts knows what the agent has, so that no store has to look for it.
 */
public interface SecretStore {

    /**
     * Stores one set of values.
     *
     * @return its version: a short name without a secret in it, never given again
     */
    String put(AgentId agentId, Secrets secrets);

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
