package io.agentlaunchpad.event;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.Stage;

/**
 * How far a long step is. Sampled, heard in the working process only, never stored.
 *
 * @param agentId whose
 * @param operationId in which operation
 * @param stage of which stage
 * @param message what is going on, for people
 * @param done units done, bytes where bytes move
 * @param total units in all, 0 where nobody knows
 */
public record Progress(AgentId agentId, OperationId operationId, Stage stage, String message, long done, long total) {}
