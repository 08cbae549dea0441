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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A newer launch of an agent in place of those that still wait, where its policy says so. */
final class Superseding {

    private static final Logger LOG = LoggerFactory.getLogger(Superseding.class);

    private Superseding() {}

    /**
     * Ends launches of the agent that nobody has begun: the newer one is what is wanted now.
     *
     * @return the secret versions that were to be used by them and by nothing else
     */
    static Set<String> end(Ledger.Entry entry, Optional<AgentRow> agent, OperationRow newer) {
        Store.Tables tables = entry.tables();
        List<OperationRow> waiting = new ArrayList<>();
        Set<String> needed = new HashSet<>();
        Condemned.add(needed, newer.ask().secretVersion());
        for (OperationRow older : tables.operations().unsettled(newer.agentId())) {
            if (older.kind() == OperationKind.LAUNCH && older.state() == State.QUEUED && older.startedAt() == null) {
                waiting.add(older);
            } else {
                Condemned.add(needed, older.ask().secretVersion());
            }
        }
        if (!waiting.isEmpty()) {
            tables.releases().list(newer.agentId()).forEach(release -> Condemned.add(needed, release.secretVersion()));
        }
        Set<String> unused = new HashSet<>();
        for (int i = 0; i < waiting.size(); i++) {
            OperationRow older = waiting.get(i);
            String version = older.ask().secretVersion();
            boolean last = waiting.subList(i + 1, waiting.size()).stream()
                    .noneMatch(row -> Objects.equals(version, row.ask().secretVersion()));
            Set<String> goes = version != null && last && !needed.contains(version) ? Set.of(version) : Set.of();
            // A worker that claims it in this very moment wins: then it runs first, as without this policy.
            if (end(entry, agent, older, newer, goes)) {
                unused.addAll(goes);
            } else {
                Condemned.add(needed, version);
            }
        }
        return unused;
    }

    private static boolean end(
            Ledger.Entry entry, Optional<AgentRow> agent, OperationRow older, OperationRow newer, Set<String> goes) {
        Failure why = new Failure(
                "SUPERSEDED_BY_NEWER",
                "Operation " + newer.id() + " asks for something newer.",
                "wait for that one.",
                false);
        Integer serving = agent.map(AgentRow::serving).orElse(null);
        Result end = new Result(Outcome.CANCELLED, why, List.of(), serving, newer.createdAt());
        OperationRow settled = older.settled(end).with(older.progress().condemning(goes));
        if (!entry.tables().operations().update(settled)) {
            return false;
        }
        entry.event(
                EventType.OPERATION_SETTLED, older.id(), Settlement.sentence(older, end), Settlement.data(older, end));
        return true;
    }

    /** Values that were to be used by operations that never began. Failing to drop them harms nobody; it is logged. */
    static void forgetSecrets(Platform platform, AgentId agentId, Set<String> unused) {
        try {
            unused.forEach(version -> platform.secrets().forget(agentId, version));
        } catch (LaunchpadException e) {
            LOG.warn("{}: secrets that are no longer needed could not be dropped: {}", agentId, e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: secrets that are no longer needed could not be dropped", agentId, e);
        }
    }
}
