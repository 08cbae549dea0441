package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses what was asked for by another state than the agent's present one. */
final class Preconditions {

    private Preconditions() {}

    /**
     * Lets pass what was asked for by the agent's latest operation. In a transaction that writes it stays so until its end:
     * whoever looks for an agent in order to write keeps others out.
     *
     * @param since that operation, or null where it does not matter
     */
    static void unchanged(Store.Tables tables, AgentId agentId, @Nullable OperationId since) {
        if (since == null) {
            return;
        }
        boolean gone = tables.agents().find(agentId).isEmpty();
        Optional<OperationId> latest = tables.operations().ofAgent(agentId, 1).stream()
                .map(OperationRow::id)
                .findFirst();
        if (gone || !latest.equals(Optional.of(since))) {
            throw new ConflictException(
                    "AGENT_CHANGED",
                    "Agent " + agentId + " has changed: its latest operation is "
                            + latest.map(OperationId::value).orElse("none") + ", not " + since + ".",
                    "look at the agent again, and ask by its latest operation.",
                    null);
        }
    }

    /** Keeps others from writing about the agent from here on. */
    static void known(Store.Tables tables, AgentId id) {
        if (tables.agents().find(id).isEmpty()) {
            throw new NotFoundException("No agent has the id " + id + ".", "list the agents to see which there are.");
        }
    }

    /** Refuses a launch of an agent that exists, where it wants a new one. */
    static void absent(Optional<AgentRow> agent, LaunchRequest request) {
        if (agent.isPresent() && request.mustBeAbsent()) {
            throw new ConflictException(
                    "AGENT_EXISTS",
                    "Agent " + request.agentId() + " exists already.",
                    "leave out ifAbsent() to update it, or give the new one another name.",
                    null);
        }
    }
}
