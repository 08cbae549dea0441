package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Secret versions that go. Values are stored before the launch that names them is, and forgotten after the last row that
 * names them has gone: so whoever forgets versions first writes down which, in a transaction in which nobody names them,
 * and a launch that would name one of those stores its values once more.
 */
final class Condemned {

    /** Of the operations that ended last, some may still be forgetting. */
    private static final int ENDED_LAST = 10;

    private Condemned() {}

    /** Decides which versions go with everything else of the agent. Written down before anything is removed. */
    static Set<String> before(Run run) {
        AgentId agentId = run.row().agentId();
        Set<String> there = run.platform().secrets().versions(agentId);
        return run.alone(() -> decide(run, agentId, there));
    }

    private static Set<String> decide(Run run, AgentId agentId, Set<String> there) {
        OperationRow decided = run.ledger().write(agentId, entry -> {
            // Whoever looks for the agent in order to write keeps its launches out until the end.
            Optional<AgentRow> unused = entry.tables().agents().find(agentId);
            Set<String> going = new HashSet<>(there);
            going.removeAll(named(entry.tables(), run.row()));
            OperationRow row = run.row().with(run.row().progress().condemning(going));
            Run.fenced(entry.tables(), row);
            return row;
        });
        run.adopt(decided);
        return Set.copyOf(decided.progress().condemned());
    }

    /** Versions that no launch may name. In a transaction that writes, of an agent that was looked for. */
    static Set<String> of(Store.Tables tables, AgentId agentId) {
        Set<String> versions = new HashSet<>();
        int open = tables.operations().unsettled(agentId).size();
        tables.operations()
                .ofAgent(agentId, open + ENDED_LAST)
                .forEach(row -> versions.addAll(row.progress().condemned()));
        return versions;
    }

    /** Versions that operations which have not ended name, but for one of them. */
    static Set<String> named(Store.Tables tables, OperationRow without) {
        Set<String> versions = new HashSet<>();
        tables.operations().unsettled(without.agentId()).stream()
                .filter(row -> !row.id().equals(without.id()))
                .forEach(row -> add(versions, row.ask().secretVersion()));
        return versions;
    }

    static void add(Set<String> versions, @Nullable String version) {
        if (version != null) {
            versions.add(version);
        }
    }
}
