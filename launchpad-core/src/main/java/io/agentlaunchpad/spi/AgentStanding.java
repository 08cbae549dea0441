package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.release.Release;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the records say at one moment of where an agent stands.
 *
 * @param agent its row, without what was asked for
 * @param open its oldest operation that is not settled, or null
 * @param lastFailure why its newest settled operation did not succeed, or null
 * @param serving the release that serves, or null
 */
public record AgentStanding(
        AgentEntry agent,
        @Nullable Open open,
        @Nullable Failure lastFailure,
        @Nullable Release serving) {

    /**
     * An operation under way or queued.
     *
     * @param id its id
     * @param kind what was asked
     * @param stage the stage under way, or null before the first
     */
    public record Open(
            OperationId id, OperationKind kind, @Nullable Stage stage) {}

    /** Read table by table; none where there is no such agent. */
    public static Optional<AgentStanding> of(AgentId id, Store.Tables tables) {
        return tables.agents().find(id).map(row -> {
            List<OperationRow> unsettled = tables.operations().unsettled(id);
            Optional<OperationRow> last = tables.operations().ofAgent(id, unsettled.size() + 1).stream()
                    .filter(operation -> operation.state() == OperationRow.State.SETTLED)
                    .findFirst();
            Integer serving = row.serving();
            return new AgentStanding(
                    AgentEntry.of(row),
                    unsettled.stream()
                            .findFirst()
                            .map(open -> new Open(open.id(), open.kind(), open.stage()))
                            .orElse(null),
                    last.map(OperationRow::result)
                            .map(OperationRow.Result::failure)
                            .orElse(null),
                    serving == null ? null : tables.releases().find(id, serving).orElse(null));
        });
    }
}
