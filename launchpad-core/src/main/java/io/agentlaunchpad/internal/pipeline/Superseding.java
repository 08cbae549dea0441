package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Result;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A newer launch of an agent in place of those that still wait, where its policy says so. */
final class Superseding {

    private static final Logger LOG = LoggerFactory.getLogger(Superseding.class);

    private Superseding() {}

    /** Ends launches of the agent that nobody has begun: the newer one is what is wanted now. */
    static List<OperationRow> end(Ledger.Entry entry, Optional<AgentRow> agent, OperationRow newer) {
        List<OperationRow> ended = new ArrayList<>();
        for (OperationRow older : entry.tables().operations().unsettled(newer.agentId())) {
            boolean untouched = older.state() == State.QUEUED && older.startedAt() == null;
            if (older.kind() != OperationKind.LAUNCH || !untouched) {
                continue;
            }
            Failure why = new Failure(
                    "SUPERSEDED_BY_NEWER",
                    "Operation " + newer.id() + " asks for something newer.",
                    "wait for that one.",
                    false);
            Integer serving = agent.map(AgentRow::serving).orElse(null);
            Result end = new Result(Outcome.CANCELLED, why, List.of(), serving, newer.createdAt());
            // A worker that claims it in this very moment wins: then it runs first, as without this policy.
            if (entry.tables().operations().update(older.settled(end))) {
                entry.event(
                        EventType.OPERATION_SETTLED,
                        older.id(),
                        Settlement.sentence(older, end),
                        Settlement.data(older, end));
                ended.add(older);
            }
        }
        return ended;
    }

    /** Values that were to be used by operations that never began. Failing to drop them harms nobody; it is logged. */
    static void forgetSecrets(Store store, Platform platform, List<OperationRow> ended) {
        AgentId agentId = ended.get(0).agentId();
        try {
            Set<String> unused = new HashSet<>();
            ended.forEach(row -> unused.add(String.valueOf(row.ask().secretVersion())));
            Set<String> needed = store.<Set<String>>read(tables -> {
                Set<String> versions = new HashSet<>();
                tables.releases()
                        .list(agentId)
                        .forEach(release -> versions.add(String.valueOf(release.secretVersion())));
                tables.operations()
                        .unsettled(agentId)
                        .forEach(row -> versions.add(String.valueOf(row.ask().secretVersion())));
                return versions;
            });
            unused.removeAll(needed);
            unused.remove("null");
            unused.forEach(version -> platform.secrets().forget(agentId, version));
        } catch (LaunchpadException e) {
            LOG.warn("{}: secrets that are no longer needed could not be dropped: {}", agentId, e.getMessage());
        }
    }
}
