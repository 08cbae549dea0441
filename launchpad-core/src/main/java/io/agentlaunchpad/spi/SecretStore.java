package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;

/**
 * Keeps secret values, by version. Safe for concurrent use.
 *
 * <p>Laws: a version never changes; what {@link #put} returned survives a crash; putting equal values again may return the
 * same version.
 */
public interface SecretStore {

    /** Stores one set of values. Returns its version: a short name without a secret in it. */
    String put(AgentId agentId, Secrets secrets);

    /**
     * The values of a version.
     *
     * @throws io.agentlaunchpad.error.NotFoundException when there is no such version
     */
    Secrets reveal(AgentId agentId, String version);

    /** Forgets a version. Doing it again is harmless. */
    void forget(AgentId agentId, String version);
}
