package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Result;
import io.agentlaunchpad.spi.OutboxRow;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends an operation: outcome, agent, event and notices in one transaction; then drops what nobody needs any more. */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final int RELEASES_KEPT = 10;
    private static final Duration TIDYING = Duration.ofSeconds(30);

    private Settlement() {}

    static void settle(Run run, Result result) {
        tidy(run, run.alone(() -> write(run, result)));
    }

    private static Unneeded write(Run run, Result result) {
        AgentId agentId = run.row().agentId();
        Settled settled = run.ledger().write(agentId, entry -> {
            Store.Tables tables = entry.tables();
            // This look holds the agent: what is accepted by others from now on finds it as it will be.
            AgentRow agent = tables.agents().find(agentId).orElseThrow();
            OperationRow row = run.row().settled(result);
            boolean deleted = row.kind() == OperationKind.DELETE && result.outcome() == Outcome.SUCCEEDED;
            List<OperationRow> waiting = deleted ? waiting(tables, row) : List.of();
            boolean forgotten = deleted && waiting.stream().noneMatch(Settlement::concernsTheNext);
            List<OperationRow> ended = forgotten
                    ? waiting.stream()
                            .map(other -> endWithAgent(entry, other, result.settledAt()))
                            .toList()
                    : List.of();
            // An agent's last event is that of its delete.
            AgentEvent told =
                    entry.event(EventType.OPERATION_SETTLED, row.id(), sentence(row, result), data(row, result));
            List<Release> before = tables.releases().list(agentId);
            if (forgotten) {
                tables.agents().forget(agentId);
                ended.forEach(other -> Run.fenced(tables, other));
                row = run.row().settled(result.ending(told.sequence()));
            } else if (deleted) {
                before.forEach(release -> tables.releases().remove(agentId, release.revision()));
                tables.agents().put(agent.withoutRelease(result.settledAt()));
            } else {
                update(tables, agent, row, result);
                prune(tables, agentId, agent, row, result);
            }
            Unneeded now = unneeded(tables, row, before);
            // Of a deleted agent this is the one operation that outlives it, for those who wait for it.
            Run.fenced(tables, row.with(row.progress().condemning(now.secrets())));
            Notice notice = notice(agent, row, result);
            for (Notifier notifier : run.parts().notifiers()) {
                tables.outbox().add(OutboxRow.of(notice, notifier.name()));
            }
            return new Settled(row, now);
        });
        run.adopt(settled.row());
        return settled.unneeded();
    }

    private static List<OperationRow> waiting(Store.Tables tables, OperationRow row) {
        return tables.operations().unsettled(row.agentId()).stream()
                .filter(other -> !other.id().equals(row.id()))
                .toList();
    }

    /** A launch makes an agent of the same name anew, and a delete removes whatever there is then. */
    private static boolean concernsTheNext(OperationRow waiting) {
        return waiting.kind() == OperationKind.LAUNCH || waiting.kind() == OperationKind.DELETE;
    }

    /** It came while the agent was being deleted, and would find nothing to change. */
    private static OperationRow endWithAgent(Ledger.Entry entry, OperationRow waiting, Instant at) {
        Failure why = new Failure(
                "AGENT_DELETED",
                "Agent " + waiting.agentId() + " was deleted before it began.",
                "launch the agent again.",
                false);
        Result end = new Result(Outcome.CANCELLED, why, List.of(), null, at);
        entry.event(EventType.OPERATION_SETTLED, waiting.id(), sentence(waiting, end), data(waiting, end));
        return waiting.settled(end);
    }

    private static void update(Store.Tables tables, AgentRow agent, OperationRow row, Result result) {
        AgentRow changed = agent.withOutcome(result.outcome(), result.settledAt());
        Integer revision = result.revision();
        if (result.outcome() == Outcome.SUCCEEDED && revision != null) {
            Release release = tables.releases().find(agent.id(), revision).orElseThrow(() -> Run.superseded(row));
            changed = changed.serving(release.spec(), revision, release.run().replicas(), result.settledAt());
            String lock = row.progress().lock();
            if (lock != null) {
                changed = changed.withLock(lock, result.settledAt());
            }
        }
        tables.agents().put(changed);
    }

    /** Keeps the last ten releases, and always the one that serves. */
    private static void prune(Store.Tables tables, AgentId agentId, AgentRow agent, OperationRow row, Result result) {
        Integer serving = result.outcome() == Outcome.SUCCEEDED && result.revision() != null
                ? result.revision()
                : agent.serving();
        Integer failed =
                result.outcome() == Outcome.SUCCEEDED ? null : row.progress().target();
        List<Release> releases = tables.releases().list(agentId);
        for (int i = 0; i < releases.size(); i++) {
            int revision = releases.get(i).revision();
            boolean serves = serving != null && revision == serving;
            boolean neverServed = failed != null && revision == failed;
            if (!serves && (neverServed || i >= RELEASES_KEPT)) {
                tables.releases().remove(agentId, revision);
            }
        }
    }

    /** What this operation or a release that has just gone named, and nothing names any more. */
    private static Unneeded unneeded(Store.Tables tables, OperationRow row, List<Release> before) {
        Set<String> secrets = new HashSet<>();
        Set<Artifact> artifacts = new HashSet<>();
        for (Release release : before) {
            Condemned.add(secrets, release.secretVersion());
            artifacts.add(release.artifact());
        }
        Condemned.add(secrets, row.ask().secretVersion());
        Optional.ofNullable(row.progress().artifact()).ifPresent(artifacts::add);
        tables.releases().list(row.agentId()).forEach(release -> {
            secrets.remove(String.valueOf(release.secretVersion()));
            artifacts.remove(release.artifact());
        });
        secrets.removeAll(Condemned.named(tables, row));
        return new Unneeded(secrets, artifacts);
    }

    /** Failing to drop them harms nobody; it is logged. */
    private static void tidy(Run run, Unneeded unneeded) {
        AgentId agentId = run.row().agentId();
        Work work = run.begin("tidying up after", TIDYING, false);
        try {
            unneeded.secrets().forEach(version -> run.platform().secrets().forget(agentId, version));
            for (Artifact artifact : unneeded.artifacts()) {
                run.builder().discard(agentId, artifact, work);
            }
        } catch (LaunchpadException e) {
            LOG.warn("{}: something that is no longer needed could not be dropped: {}", agentId, e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.warn("{}: something that is no longer needed could not be dropped", agentId, e);
        } finally {
            run.end();
        }
    }

    /** An operation that has ended, and what to drop. */
    private record Settled(OperationRow row, Unneeded unneeded) {}

    /** What to drop. */
    private record Unneeded(Set<String> secrets, Set<Artifact> artifacts) {}

    static String sentence(OperationRow row, Result result) {
        Failure failure = result.failure();
        String head = row.kind().label() + " " + result.outcome().label();
        return failure == null ? head : head + ": " + failure.sentence();
    }

    static Map<String, String> data(OperationRow row, Result result) {
        Map<String, String> data = new TreeMap<>();
        data.put("kind", row.kind().name());
        data.put("outcome", result.outcome().name());
        if (result.revision() != null) {
            data.put("revision", String.valueOf(result.revision()));
        }
        Failure failure = result.failure();
        if (failure != null) {
            data.put("code", failure.code());
            data.put("message", failure.message());
            data.put("fix", failure.fix());
        }
        return data;
    }

    private static Notice notice(AgentRow agent, OperationRow row, Result result) {
        Failure failure = result.failure();
        Notice.Level level = switch (result.outcome()) {
            case SUCCEEDED -> row.progress().warnings().isEmpty() ? Notice.Level.INFO : Notice.Level.WARNING;
            case CANCELLED -> Notice.Level.WARNING;
            case REJECTED, ROLLED_BACK, FAILED -> Notice.Level.ERROR;
        };
        String text = failure == null ? String.join("\n", row.progress().warnings()) : failure.sentence();
        return new Notice(
                row.id().value(),
                result.settledAt(),
                agent.owner(),
                agent.id(),
                agent.name(),
                row.id(),
                row.kind(),
                result.outcome(),
                level,
                agent.name() + ": " + row.kind().label() + " "
                        + result.outcome().label(),
                text);
    }
}
