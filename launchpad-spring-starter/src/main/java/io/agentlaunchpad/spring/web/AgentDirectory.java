package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AgentStanding;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.web.Answers.AgentPage;
import io.agentlaunchpad.spring.web.Answers.AgentSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a caller may see of the records. Somebody else's agent is not found, exactly like one that does not exist. */
final class AgentDirectory {

    /** The form of an agent's id. */
    static final String ID = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private static final String NO_TAG = "\"none\"";

    private final Store store;

    AgentDirectory(Store store) {
        this.store = store;
    }

    AgentRow agent(Caller caller, String id) {
        return parse(id)
                .flatMap(known -> store.read(tables -> tables.agents().find(known)))
                .filter(row -> caller.sees(row.owner()))
                .orElseThrow(() -> unknown(id));
    }

    /** One of which there is something to tell from that number of its events on: it is there, or its end is new. */
    AgentId told(Caller caller, String id, long from) {
        return parse(id)
                .filter(known -> store.read(tables -> owner(tables, known, from))
                        .filter(caller::sees)
                        .isPresent())
                .orElseThrow(() -> unknown(id));
    }

    private static Optional<Owner> owner(Store.Tables tables, AgentId id, long from) {
        return tables.agents()
                .find(id)
                .map(AgentRow::owner)
                .or(() -> from == 1
                        ? Optional.empty()
                        : tables.operations().ofAgent(id, 1).stream()
                                .filter(row -> Story.end(row)
                                        .filter(end -> end.sequence() >= from)
                                        .isPresent())
                                .map(OperationRow::owner)
                                .findFirst());
    }

    /**
     * An agent as it was asked for.
     *
     * @param etag names the operation that made it what the row says: a change by that tag goes on from what was seen, and
     *     is refused while another one is under way that nobody sees yet
     */
    record Seen(AgentRow row, AgentStatus status, String etag) {}

    Seen seen(Caller caller, String id) {
        return parse(id)
                .flatMap(known ->
                        store.read(tables -> tables.agents().find(known).map(row -> seen(tables, row))))
                .filter(seen -> caller.sees(seen.row().owner()))
                .orElseThrow(() -> unknown(id));
    }

    private static Seen seen(Store.Tables tables, AgentRow row) {
        List<OperationRow> open = tables.operations().unsettled(row.id());
        List<OperationRow> newestFirst = tables.operations().ofAgent(row.id(), open.size() + 1);
        String etag = newestFirst.stream()
                .filter(operation -> operation.state() == OperationRow.State.SETTLED)
                .findFirst()
                .or(() -> open.stream().findFirst())
                .map(AgentDirectory::etag)
                .orElse(NO_TAG);
        return new Seen(row, status(AgentEntry.of(row), open.isEmpty() ? null : open.get(0)), etag);
    }

    /** Where an agent stands: read once, for the decision whether the caller sees it and for the answer. */
    AgentStanding standing(Caller caller, String id) {
        return parse(id)
                .flatMap(store::standing)
                .filter(known -> caller.sees(known.agent().owner()))
                .orElseThrow(() -> unknown(id));
    }

    private static NotFoundException unknown(String id) {
        return new NotFoundException("There is no agent " + shown(id) + ".", "list the agents to see which there are.");
    }

    OperationRow operation(Caller caller, String id) {
        return operationId(id)
                .flatMap(known -> store.read(tables -> tables.operations().find(known)))
                .filter(row -> caller.sees(row.owner()))
                .orElseThrow(() -> new NotFoundException(
                        "OPERATION_NOT_FOUND", "There is no operation " + shown(id) + ".", "check the id.", null));
    }

    List<OperationRow> operations(AgentRow agent, int limit) {
        return store.read(tables -> tables.operations().ofAgent(agent.id(), limit));
    }

    /** One page by id; the status is computed as for one agent. */
    AgentPage page(@Nullable Owner owner, @Nullable AgentId after, int limit, @Nullable AgentStatus wanted) {
        Map<AgentId, OperationRow> open = open();
        List<AgentSummary> items = new ArrayList<>();
        AgentId last = after;
        while (true) {
            AgentId from = last;
            List<AgentEntry> rows = store.read(tables -> tables.agents().entries(owner, from, limit + 1));
            for (AgentEntry row : rows) {
                if (items.size() == limit) {
                    return new AgentPage(items, items.get(limit - 1).agentId());
                }
                AgentStatus status = status(row, open.get(row.id()));
                if (wanted == null || wanted == status) {
                    items.add(summary(row, status));
                }
                last = row.id();
            }
            if (rows.size() <= limit) {
                return new AgentPage(items, null);
            }
        }
    }

    /** The oldest operation of each agent that is not settled. */
    Map<AgentId, OperationRow> open() {
        Map<AgentId, OperationRow> open = new HashMap<>();
        store.read(tables -> tables.operations().unsettled(Integer.MAX_VALUE))
                .forEach(row -> open.putIfAbsent(row.agentId(), row));
        return open;
    }

    static AgentStatus status(AgentEntry row, @Nullable OperationRow open) {
        AgentStatus.Serving serving = row.serving() == null
                ? null
                : row.servingReplicas() == 0 ? AgentStatus.Serving.STOPPED : AgentStatus.Serving.RUNNING;
        return AgentStatus.of(
                open == null ? null : open.kind(),
                open == null ? null : open.stage(),
                serving,
                row.lastOutcome(),
                false);
    }

    /** The entity tag of an agent of which nothing is asked after its latest operation. */
    String latest(AgentRow row) {
        return operations(row, 1).stream().findFirst().map(AgentDirectory::etag).orElse(NO_TAG);
    }

    static String etag(OperationRow operation) {
        return "\"" + operation.id() + "\"";
    }

    /** The operation that an agent's entity tag names. */
    static Optional<OperationId> tagged(String etag) {
        boolean quoted = etag.length() > 2 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? operationId(etag.substring(1, etag.length() - 1)) : Optional.empty();
    }

    static Optional<AgentId> parse(String id) {
        try {
            return Optional.of(new AgentId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<OperationId> operationId(String id) {
        try {
            return Optional.of(new OperationId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What a client sent, fit to be shown back. */
    private static String shown(String id) {
        String plain = id.replaceAll("[^A-Za-z0-9._-]", "?");
        return "\"" + (plain.length() > 80 ? plain.substring(0, 80) + "…" : plain) + "\"";
    }

    private static AgentSummary summary(AgentEntry row, AgentStatus status) {
        return new AgentSummary(
                row.id().value(),
                row.name(),
                row.owner().id(),
                row.platform(),
                status,
                row.health().health(),
                row.serving(),
                row.servingReplicas(),
                row.createdAt(),
                row.updatedAt());
    }
}
