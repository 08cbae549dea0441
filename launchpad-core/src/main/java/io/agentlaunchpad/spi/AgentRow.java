package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One agent as the store knows it.
 *
 * @param id its id
 * @param owner whose it is
 * @param name as the caller wrote it
 * @param platform the name of the platform it runs on
 * @param spec of the serving release; of the first request where none serves yet
 * @param lock what {@code validate} resolved for it, or null
 * @param latestRevision the highest revision given so far, 0 before the first
 * @param serving the last healthy revision, or null
 * @param servingReplicas copies that the serving release runs; 0 is stopped
 * @param health as last seen
 * @param lastOutcome of the last settled operation, or null
 * @param createdAt when it was first asked for
 * @param updatedAt when this row last changed
 */
public record AgentRow(
        AgentId id,
        Owner owner,
        String name,
        String platform,
        AgentSpec spec,
        @Nullable String lock,
        int latestRevision,
        @Nullable Integer serving,
        int servingReplicas,
        Verdict health,
        @Nullable Outcome lastOutcome,
        Instant createdAt,
        Instant updatedAt) {

    public AgentRow withLock(String newLock, Instant now) {
        return new AgentRow(
                id,
                owner,
                name,
                platform,
                spec,
                newLock,
                latestRevision,
                serving,
                servingReplicas,
                health,
                lastOutcome,
                createdAt,
                now);
    }

    public AgentRow withLatestRevision(int revision, Instant now) {
        return new AgentRow(
                id,
                owner,
                name,
                platform,
                spec,
                lock,
                revision,
                serving,
                servingReplicas,
                health,
                lastOutcome,
                createdAt,
                now);
    }

    /** The row after a release was found healthy. */
    public AgentRow serving(AgentSpec newSpec, int revision, int replicas, Instant now) {
        return new AgentRow(
                id,
                owner,
                name,
                platform,
                newSpec,
                lock,
                latestRevision,
                revision,
                replicas,
                health,
                lastOutcome,
                createdAt,
                now);
    }

    /** The row of an agent that was removed while a new launch of it waits. */
    public AgentRow withoutRelease(Instant now) {
        return new AgentRow(
                id, owner, name, platform, spec, lock, latestRevision, null, 0, health, lastOutcome, createdAt, now);
    }

    public AgentRow withHealth(Verdict verdict, Instant now) {
        return new AgentRow(
                id,
                owner,
                name,
                platform,
                spec,
                lock,
                latestRevision,
                serving,
                servingReplicas,
                verdict,
                lastOutcome,
                createdAt,
                now);
    }

    public AgentRow withOutcome(Outcome outcome, Instant now) {
        return new AgentRow(
                id,
                owner,
                name,
                platform,
                spec,
                lock,
                latestRevision,
                serving,
                servingReplicas,
                health,
                outcome,
                createdAt,
                now);
    }
}
