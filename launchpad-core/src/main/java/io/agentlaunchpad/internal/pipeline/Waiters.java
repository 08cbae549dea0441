package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait for operations to settle. Operations of this process wake them at once; for those of others the store is
 * looked at twice a second, while somebody waits.
 */
public final class Waiters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Waiters.class);

    private final Store store;
    private final Ledger ledger;
    private final Map<OperationId, CompletableFuture<Report>> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private final LaunchpadListener ear = new LaunchpadListener() {
        @Override
        public void on(AgentEvent event) {
            OperationId id = event.operationId();
            if (event.type() == EventType.OPERATION_SETTLED && id != null) {
                look(id);
            }
        }
    };

    @SuppressWarnings("FutureReturnValueIgnored") // lookAtAll() logs what it throws
    Waiters(Store store, Ledger ledger, ScheduledExecutorService timer) {
        this.store = store;
        this.ledger = ledger;
        ledger.add(ear);
        timer.scheduleWithFixedDelay(this::lookAtAll, 500, 500, TimeUnit.MILLISECONDS);
    }

    /** Completes when the operation is settled; a copy, so that a waiter who gives up does not end the others' wait. */
    public CompletableFuture<Report> settled(OperationId id) {
        if (store.joined()) {
            // Nobody else sees the operation before the caller's commit, and after a rollback nobody will.
            CompletableFuture<Report> later = new CompletableFuture<>();
            store.afterCommit(() -> follow(id, later));
            return later;
        }
        return watch(id);
    }

    /** Other callbacks of the commit come after this one: what goes wrong is for those who wait. */
    @SuppressWarnings("FutureReturnValueIgnored") // what it throws goes to the other future
    private void follow(OperationId id, CompletableFuture<Report> later) {
        try {
            watch(id).whenComplete((report, fault) -> {
                if (fault == null) {
                    later.complete(report);
                } else {
                    later.completeExceptionally(fault);
                }
            });
        } catch (RuntimeException | Error e) {
            later.completeExceptionally(e);
        }
    }

    private CompletableFuture<Report> watch(OperationId id) {
        CompletableFuture<Report> end = waiting.computeIfAbsent(id, key -> new CompletableFuture<>());
        look(id);
        if (closed) {
            giveUp(id);
        }
        return end.copy();
    }

    /** The report of a settled operation. */
    public static Optional<Report> report(OperationRow row) {
        OperationRow.Result result = row.result();
        if (result == null) {
            return Optional.empty();
        }
        Instant started = row.startedAt() == null ? row.createdAt() : row.startedAt();
        return Optional.of(new Report(
                row.id(),
                row.agentId(),
                row.kind(),
                result.outcome(),
                result.failure(),
                row.progress().warnings(),
                result.left(),
                result.revision(),
                row.progress().stages(),
                started,
                result.settledAt()));
    }

    /** Whoever waits hears that nobody here will tell. */
    @Override
    public void close() {
        ledger.remove(ear);
        closed = true;
        waiting.keySet().forEach(this::giveUp);
    }

    private void giveUp(OperationId id) {
        CompletableFuture<Report> end = waiting.remove(id);
        if (end != null) {
            end.completeExceptionally(new CancelledException(
                    "LAUNCHPAD_CLOSED",
                    "This Launchpad was closed before operation " + id + " was settled; its record stays.",
                    "open one on the same store: its workers go on, and operation(id) waits for the end.",
                    null));
        }
    }

    private void lookAtAll() {
        try {
            List<OperationId> ids = List.copyOf(waiting.keySet());
            if (!ids.isEmpty()) {
                // One look for all who wait, however many they are.
                Map<OperationId, OperationRow> rows = store.read(tables -> {
                    Map<OperationId, OperationRow> found = new HashMap<>();
                    ids.forEach(id -> tables.operations().find(id).ifPresent(row -> found.put(id, row)));
                    return found;
                });
                ids.forEach(id -> tell(id, Optional.ofNullable(rows.get(id))));
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("Looking for settled operations failed; trying again", e);
        }
    }

    private void look(OperationId id) {
        if (waiting.containsKey(id)) {
            tell(id, store.read(tables -> tables.operations().find(id)));
        }
    }

    private void tell(OperationId id, Optional<OperationRow> row) {
        Optional<Report> report = row.flatMap(Waiters::report);
        if (row.isPresent() && report.isEmpty()) {
            return;
        }
        CompletableFuture<Report> end = waiting.remove(id);
        if (end == null) {
            return;
        }
        if (report.isPresent()) {
            end.complete(report.get());
        } else {
            end.completeExceptionally(new NotFoundException(
                    "OPERATION_NOT_FOUND",
                    "Operation " + id + " is no longer in the store.",
                    "nothing; its agent was deleted.",
                    null));
        }
    }
}
