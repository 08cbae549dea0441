package io.agentlaunchpad.operation;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import org.jspecify.annotations.Nullable;

/**
 * What to launch, for whom and where. Pure data; the secrets travel beside it.
 *
 * <p>Owner and agent name fix the {@link AgentId}: the same name again is an update.
 *
 * @param spec the agent
 * @param owner whose it is
 * @param platform name of the platform, or null for the only one (an update: the one it runs on)
 * @param idempotencyKey the same key of the same owner again returns the first operation, or null; 1–200 characters,
 *     no control characters
 * @param policy the rules, or null for the Launchpad's own
 * @param mustBeAbsent whether an existing agent of that name is refused instead of updated
 * @param refreshLock whether plugin and base versions are resolved anew instead of kept
 * @param unchangedSince the operation that must be the agent's latest, or null where that does not matter
 */
public record LaunchRequest(
        AgentSpec spec,
        Owner owner,
        @Nullable String platform,
        @Nullable String idempotencyKey,
        @Nullable LaunchPolicy policy,
        boolean mustBeAbsent,
        boolean refreshLock,
        @Nullable OperationId unchangedSince) {

    private static final int LONGEST_KEY = 200;

    public LaunchRequest {
        if (idempotencyKey != null
                && (idempotencyKey.isBlank()
                        || idempotencyKey.length() > LONGEST_KEY
                        || idempotencyKey
                                .codePoints()
                                .anyMatch(c ->
                                        Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE))) {
            throw new IllegalArgumentException("An idempotency key has 1 to " + LONGEST_KEY
                    + " characters, no control characters and no halves of characters; this one has "
                    + idempotencyKey.length());
        }
    }

    /** The agent, owned by {@link Owner#LOCAL}, on the only platform, by the Launchpad's policy. */
    public static LaunchRequest of(AgentSpec spec) {
        return new LaunchRequest(spec, Owner.LOCAL, null, null, null, false, false, null);
    }

    /** The same request for another specification. */
    public LaunchRequest with(AgentSpec newSpec) {
        return new LaunchRequest(
                newSpec, owner, platform, idempotencyKey, policy, mustBeAbsent, refreshLock, unchangedSince);
    }

    public LaunchRequest on(String platformName) {
        return new LaunchRequest(
                spec, owner, platformName, idempotencyKey, policy, mustBeAbsent, refreshLock, unchangedSince);
    }

    public LaunchRequest ownedBy(Owner newOwner) {
        return new LaunchRequest(
                spec, newOwner, platform, idempotencyKey, policy, mustBeAbsent, refreshLock, unchangedSince);
    }

    public LaunchRequest idempotencyKey(String key) {
        return new LaunchRequest(spec, owner, platform, key, policy, mustBeAbsent, refreshLock, unchangedSince);
    }

    public LaunchRequest policy(LaunchPolicy rules) {
        return new LaunchRequest(
                spec, owner, platform, idempotencyKey, rules, mustBeAbsent, refreshLock, unchangedSince);
    }

    /** Refuses the request where an agent of that owner and name exists. */
    public LaunchRequest ifAbsent() {
        return new LaunchRequest(spec, owner, platform, idempotencyKey, policy, true, refreshLock, unchangedSince);
    }

    /** Resolves plugin and base versions anew. */
    public LaunchRequest refreshingLock() {
        return new LaunchRequest(spec, owner, platform, idempotencyKey, policy, mustBeAbsent, true, unchangedSince);
    }

    /**
     * Refuses the request with {@code AGENT_CHANGED} where another operation than this one is the latest that was accepted
     * for the agent. Of several requests that were made by the same state, one is accepted, whichever process they reach.
     */
    public LaunchRequest ifUnchangedSince(OperationId latest) {
        return new LaunchRequest(spec, owner, platform, idempotencyKey, policy, mustBeAbsent, refreshLock, latest);
    }

    /** The agent this request is about. */
    public AgentId agentId() {
        return AgentId.of(owner, spec.name());
    }
}
