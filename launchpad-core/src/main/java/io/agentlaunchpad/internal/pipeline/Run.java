package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.Progress;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Trail;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One claimed operation while a worker runs it. Every write goes through the claim's fence: once another worker has taken
 * over, nothing more is written.
 */
final class Run implements Fence {

    static final String SUPERSEDED = "SUPERSEDED";

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;
    private OperationRow row;
    private @Nullable Work work;
    private boolean cancelled;
    private boolean abandoned;
    /** Whether the work under way goes on although someone wants it cancelled. */
    private boolean deaf;

    /** Values by version, as long as the operation runs here: versions never change. */
    private final Map<String, Secrets> revealed = new ConcurrentHashMap<>();

    Run(Parts parts, Ledger ledger, ScheduledExecutorService timer, OperationRow row) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
        this.row = row;
        this.cancelled = row.cancelRequested();
    }

    synchronized OperationRow row() {
        return row;
    }

    Parts parts() {
        return parts;
    }

    Ledger ledger() {
        return ledger;
    }

    LaunchPolicy policy() {
        return row().ask().policy();
    }

    Platform platform() {
        return parts.platform(row().ask().platform());
    }

    ArtifactBuilder builder() {
        return parts.builderFor(platform());
    }

    AgentRow agent() {
        AgentId agentId = row().agentId();
        return parts.store()
                .read(tables -> tables.agents().find(agentId))
                .orElseThrow(() -> new StoreException(
                        "STORE_FAILED",
                        "The row of agent " + agentId + " is gone while its operation runs.",
                        "delete the agent's remains and launch it again.",
                        null));
    }

    /** The release that served last, if any. */
    Optional<Release> serving() {
        Integer revision = agent().serving();
        return revision == null ? Optional.empty() : release(revision);
    }

    Optional<Release> release(int revision) {
        AgentId agentId = row().agentId();
        return parts.store().read(tables -> tables.releases().find(agentId, revision));
    }

    Release target() {
        Integer revision = row().progress().target();
        return Optional.ofNullable(revision)
                .flatMap(this::release)
                .orElseThrow(() -> new StoreException(
                        "STORE_FAILED",
                        "Release " + revision + " of agent " + row().agentId() + " is gone from the store.",
                        "launch the agent again.",
                        null));
    }

    AgentSpec spec() {
        AgentSpec asked = row().ask().spec();
        return asked != null ? asked : agent().spec();
    }

    Secrets secrets(@Nullable String version) {
        return version == null
                ? Secrets.none()
                : revealed.computeIfAbsent(
                        version, known -> platform().secrets().reveal(row().agentId(), known));
    }

    /** The work under way; {@link #begin} starts it. */
    synchronized Work work() {
        if (work == null) {
            throw new IllegalStateException("No work has begun");
        }
        return work;
    }

    /** Begins a span of work with its own deadline; the one before ends. */
    synchronized Work begin(String what, Duration limit, boolean cancellable) {
        end();
        work = Work.of(what + " " + row.agentId(), parts.own(), limit, timer, this::progress);
        deaf = !cancellable;
        if (abandoned || (cancelled && cancellable)) {
            work.cancel();
        }
        return work;
    }

    synchronized void end() {
        if (work != null) {
            work.close();
        }
    }

    /** Somebody wants it cancelled; heard at the next wait, unless it is being taken back. */
    synchronized void cancel() {
        cancelled = true;
        if (work != null && !deaf) {
            work.cancel();
        }
    }

    /** The worker must go; whoever claims the row next goes on. */
    synchronized void abandon() {
        abandoned = true;
        if (work != null) {
            work.cancel();
        }
    }

    synchronized boolean abandoned() {
        return abandoned;
    }

    synchronized boolean cancelRequested() {
        return cancelled;
    }

    /**
     * Does something by which the row changes, while nothing else changes it. Whoever needs this lock and the store's takes this
     * one first, as {@link #save} does: the heartbeat, which saves, and the end of an operation could wait for each other for ever.
     */
    synchronized <T> T alone(Supplier<T> work) {
        return work.get();
    }

    /** Changes the row and writes events, in one fenced transaction. */
    synchronized void save(UnaryOperator<OperationRow> change, Step... events) {
        OperationRow changed = change.apply(row);
        ledger.write(changed.agentId(), entry -> {
            fenced(entry.tables(), changed);
            for (Step step : events) {
                entry.event(step.type(), changed.id(), step.message(), step.data());
            }
            return null;
        });
        row = changed;
    }

    void trail(UnaryOperator<Trail> change) {
        save(current -> current.with(change.apply(current.progress())));
    }

    /** A warning: in the events now, in the report at the end. */
    void warn(String message) {
        save(current -> current.with(current.progress().warned(message)), Step.of(EventType.WARNING, message));
    }

    /** Adopts the row as another write of this run left it. */
    synchronized void adopt(OperationRow changed) {
        row = changed;
    }

    static void fenced(Store.Tables tables, OperationRow row) {
        if (!tables.operations().update(row)) {
            throw superseded(row);
        }
    }

    @Override
    public long number() {
        return row().claim().fence();
    }

    @Override
    public void check() {
        OperationRow mine = row();
        boolean held = parts.store()
                .read(tables -> tables.operations().find(mine.id()))
                .filter(stored -> stored.claim().fence() == mine.claim().fence())
                .filter(stored -> stored.claim().leaseUntil() != null
                        && stored.claim().leaseUntil().isAfter(parts.clock().instant()))
                .isPresent();
        if (!held) {
            throw superseded(mine);
        }
    }

    static StoreException superseded(OperationRow row) {
        return new StoreException(
                SUPERSEDED,
                "Another worker has taken over operation " + row.id() + ".",
                "nothing; that worker goes on with it.",
                null);
    }

    private void progress(String message, long done, long total) {
        OperationRow current = row();
        Stage stage = current.stage();
        if (stage != null) {
            ledger.tell(new Progress(current.agentId(), current.id(), stage, message, done, total));
        }
    }

    /** An event to write. */
    record Step(EventType type, String message, Map<String, String> data) {

        static Step of(EventType type, String message, String... keysAndValues) {
            Map<String, String> data = new java.util.TreeMap<>();
            for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
                data.put(keysAndValues[i], keysAndValues[i + 1]);
            }
            return new Step(type, message, data);
        }
    }
}
