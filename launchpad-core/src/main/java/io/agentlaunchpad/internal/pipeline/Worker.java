package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's workers: each claims a row, runs it, and claims the next. Law 3: the truth is the row; the doorbell only
 * saves the wait.
 */
public final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;
    private final Runner runner = new Runner(new Stages());
    private final Map<OperationId, Run> running = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    /** Threads between two operations: the only ones that may be interrupted. */
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    public Worker(Parts parts, Ledger ledger, ScheduledExecutorService timer) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
    }

    /** Starts so many threads. */
    public void start(int count) {
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(this::loop, "launchpad-worker-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Claims and runs one operation, if one may run. Returns whether there was one. */
    public boolean once() {
        Instant now = parts.clock().instant();
        Optional<OperationRow> claimed = parts.store()
                .transact(tables -> tables.operations()
                        .claim(new Store.Claim(
                                parts.worker(), now, now.plus(parts.timings().lease()))));
        claimed.ifPresent(this::run);
        return claimed.isPresent();
    }

    /** Tells an operation that runs here, at once, that its cancellation was asked for. */
    public void cancel(OperationId id) {
        Run run = running.get(id);
        if (run != null) {
            run.cancel();
        }
    }

    /** Claims nothing more, lets what runs come to its end, and gives back what takes longer than that. */
    public void drain(Duration atMost) {
        closing = true;
        long end = System.nanoTime() + atMost.toNanos();
        waiting.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            running.values().forEach(Run::abandon);
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(5).toMillis());
            }
        } catch (InterruptedException e) {
            running.values().forEach(Run::abandon);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        drain(Duration.ofSeconds(30));
    }

    private void loop() {
        while (!closing) {
            try {
                if (!once()) {
                    idle(() -> parts.doorbell().await(parts.timings().sweep()));
                }
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "Looking for work failed; trying again in {}",
                        parts.timings().sweep(),
                        e);
                idle(() -> TimeUnit.MILLISECONDS.sleep(parts.timings().sweep().toMillis()));
            }
        }
    }

    private void idle(Wait wait) {
        waiting.add(Thread.currentThread());
        try {
            if (!closing) {
                wait.await();
            }
        } catch (InterruptedException e) {
            LOG.debug("Woken to close");
        } finally {
            waiting.remove(Thread.currentThread());
            LOG.trace("Interrupted while waiting: {}", Thread.interrupted());
        }
    }

    private interface Wait {
        void await() throws InterruptedException;
    }

    private void run(OperationRow row) {
        Run run = new Run(parts, ledger, timer, row);
        running.put(row.id(), run);
        long pulse = parts.timings().pulse().toMillis();
        Future<?> heart = timer.scheduleWithFixedDelay(() -> beat(run), pulse, pulse, TimeUnit.MILLISECONDS);
        try {
            runner.run(run);
        } finally {
            heart.cancel(false);
            running.remove(row.id(), run);
            parts.doorbell().ring();
        }
    }

    /** Looks at the row: cancelled meanwhile? taken over? And keeps the lease, well before it ends. */
    private void beat(Run run) {
        try {
            OperationRow mine = run.row();
            if (mine.result() != null) {
                return;
            }
            Optional<OperationRow> stored =
                    parts.store().read(tables -> tables.operations().find(mine.id()));
            if (stored.isEmpty() || stored.get().claim().fence() != mine.claim().fence()) {
                run.abandon();
                return;
            }
            if (stored.get().cancelRequested()) {
                run.cancel();
            }
            run.alone(() -> {
                renew(run);
                return null;
            });
        } catch (StoreException e) {
            LOG.warn("The heartbeat of {} failed: {}", run.row().id(), e.getMessage());
        } catch (RuntimeException | Error e) {
            // The timer would not call again, and the lease would run out under work that goes on.
            LOG.warn("The heartbeat of {} failed", run.row().id(), e);
        }
    }

    /** Not where the operation was settled or given back while this waited for its turn. */
    private void renew(Run run) {
        Hold hold = run.row().claim();
        Instant until = hold.leaseUntil();
        Instant now = parts.clock().instant();
        Duration lease = parts.timings().lease();
        if (until != null
                && Duration.between(now, until).compareTo(lease.dividedBy(3).multipliedBy(2)) < 0) {
            run.save(current -> current.with(
                    new Hold(hold.fence(), hold.worker(), now.plus(lease), hold.attempts(), hold.notBefore())));
        }
    }
}
