package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AuditEntry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Many agents: those of one owner, or all. Reads the store anew with each call. Safe for use by several threads. */
public final class Fleet {

    private static final int PAGE = 200;

    private final Launchpad launchpad;
    private final @Nullable Owner owner;

    Fleet(Launchpad launchpad, @Nullable Owner owner) {
        this.launchpad = launchpad;
        this.owner = owner;
    }

    /** One page, by id, after a cursor (the last id of the page before, or null for the first). */
    public List<Agent> page(@Nullable AgentId after, int limit) {
        return launchpad.rows(owner, after, limit).stream()
                .map(row -> new Agent(launchpad, row.id()))
                .toList();
    }

    /** All of them, read page by page. */
    public Stream<Agent> all() {
        return Stream.iterate(
                        page(null, PAGE),
                        page -> !page.isEmpty(),
                        page -> page.size() < PAGE
                                ? List.of()
                                : page(page.get(page.size() - 1).id(), PAGE))
                .flatMap(List::stream);
    }

    /** What was asked of them, newest first, after a cursor (the last id of the page before, or null for the first page). */
    public List<Operation> operations(@Nullable OperationId after, int limit) {
        return launchpad.operations(owner, after, limit);
    }

    /**
     * Who asked for what, newest first, after a cursor (the last number of the page before, or null for the first page).
     * Entries are never changed.
     */
    public List<AuditEntry> audit(@Nullable Long after, int limit) {
        return launchpad.audit(owner, after, limit);
    }

    /** The agent of that id, or of that name where one agent alone has it. */
    public Optional<Agent> find(String idOrName) {
        Optional<AgentRow> byId = launchpad
                .find(idOrName)
                .filter(row -> owner == null || row.owner().equals(owner));
        if (byId.isPresent()) {
            return byId.map(row -> new Agent(launchpad, row.id()));
        }
        List<AgentRow> named = launchpad.named(owner, idOrName);
        if (named.size() > 1) {
            throw new NotFoundException(
                    "AGENT_AMBIGUOUS",
                    named.size() + " agents are called \"" + idOrName + "\".",
                    "use one of the ids: " + named.stream().map(AgentRow::id).toList() + ".",
                    null);
        }
        return named.stream().findFirst().map(row -> new Agent(launchpad, row.id()));
    }
}
