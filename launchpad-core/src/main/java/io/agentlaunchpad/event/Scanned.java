package io.agentlaunchpad.event;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.operation.OperationId;

/**
 * What a scanner said of an agent's artifact. Heard in the working process only, never stored.
 *
 * @param agentId whose
 * @param operationId in which operation
 * @param report what it said
 */
public record Scanned(AgentId agentId, OperationId operationId, ScanReport report) {}
