package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.OperationRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One pipeline run for one agent, accepted and stored. Whatever becomes of this object or this process, the work goes on
 * until it is settled. Safe for use by several threads.
 *
 * <pre>{@code
 * Report report = agent.restart().await(Duration.ofMinutes(2)).orThrow();
 * }</pre>
 */
public final class Operation {

    private final Launchpad launchpad;
    private final OperationId id;
    private final AgentId agentId;
    private final OperationKind kind;
    private final Instant createdAt;

    Operation(Launchpad launchpad, OperationRow row) {
        this.launchpad = launchpad;
        this.id = row.id();
        this.agentId = row.agentId();
        this.kind = row.kind();
        this.createdAt = row.createdAt();
    }

    public OperationId id() {
        return id;
    }

    public AgentId agentId() {
        return agentId;
    }

    public OperationKind kind() {
        return kind;
    }

    /** When it was accepted. */
    public Instant createdAt() {
        return createdAt;
    }

    /** The stage under way; empty while it is queued, and when it is settled. */
    public Optional<Stage> stage() {
        return launchpad.row(id).map(OperationRow::stage);
    }

    /** How it ended; empty until it is settled. */
    public Optional<Report> report() {
        return launchpad.row(id).flatMap(Launchpad::report);
    }

    /**
     * Waits for the end. There is a report for every outcome; {@link Report#orThrow()} turns failure into an exception.
     * Interrupting the wait does not cancel the work.
     *
     * @throws DeadlineException when it is not settled in time; the work goes on
     * @throws CancelledException when the waiting thread is interrupted, or Launchpad was closed; the work goes on
     * @throws NotFoundException when its agent was deleted and it is no longer in the store
     */
    public Report await(Duration atMost) {
        CompletableFuture<Report> end = launchpad.settled(id);
        try {
            return end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            end.cancel(false);
            throw new DeadlineException(
                    kind.label() + " of " + agentId + " is not settled after " + atMost.toSeconds() + " s; it goes on.",
                    "wait longer, or cancel operation " + id + ".");
        } catch (InterruptedException e) {
            end.cancel(false);
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "WAIT_INTERRUPTED",
                    "The wait for operation " + id + " was interrupted; the operation goes on.",
                    "cancel the operation itself if that is what you want.",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LaunchpadException known) {
                throw known;
            }
            throw new IllegalStateException("Waiting for operation " + id + " failed", e.getCause());
        }
    }

    /**
     * Completes with the report, for every outcome; on a thread of Launchpad, so be quick. Completes with the exceptions of
     * {@link #await} where there will be none: the operation is gone, or Launchpad was closed.
     */
    public CompletionStage<Report> completion() {
        return launchpad.settled(id).minimalCompletionStage();
    }

    /**
     * Asks for cancellation: honoured at the next wait, within a second. What was changed is taken back first. A delete that
     * has begun is not cancelled: it goes on to its end.
     *
     * @return false where it is settled already
     */
    public boolean cancel() {
        return launchpad.cancel(id);
    }

    @Override
    public String toString() {
        return kind.label() + " " + agentId + " (" + id + ")";
    }
}
