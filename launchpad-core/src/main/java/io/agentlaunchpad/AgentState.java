package io.agentlaunchpad;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.OperationId;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent at one moment.
 *
 * @param status where it stands
 * @param health how it is, asked for just now
 * @param revision the release that serves, or null
 * @param url where people reach it, or null
 * @param facts what the platform reported, or null where nothing serves
 * @param operation under way or queued, or null
 * @param lastFailure why the last operation did not succeed, or null
 * @param createdAt when it was first asked for
 * @param updatedAt when anything about it last changed
 */
public record AgentState(
        AgentStatus status,
        Verdict health,
        @Nullable Integer revision,
        @Nullable URI url,
        @Nullable Observation facts,
        @Nullable OperationId operation,
        @Nullable Failure lastFailure,
        Instant createdAt,
        Instant updatedAt) {}
