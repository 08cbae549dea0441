package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.operation.OperationId;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The moving parts of one Launchpad: workers, outbox, and those who wait. */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration LAST_NEWS = Duration.ofSeconds(5);

    private final Parts parts;
    private final ScheduledExecutorService timer;
    private final ScheduledExecutorService mail;
    private final Ledger ledger;
    private final Submissions submissions;
    private final Waiters waiters;
    private final Worker worker;
    private final Outbox outbox;
    private final Drifts drifts;
    private final Adoption adoption;

    @SuppressWarnings("FutureReturnValueIgnored") // sendAll() and prune() log what they throw
    public Engine(Parts parts, int workers) {
        this.parts = parts;
        // A heartbeat waits where its operation's own thread waits for the database; it must not hold up the others'.
        this.timer = executor("launchpad-timer", Math.max(3, workers + 2));
        this.mail = executor("launchpad-outbox", 1);
        this.ledger = new Ledger(parts.store(), parts.clock(), parts.listeners());
        this.submissions = new Submissions(parts, ledger, timer);
        this.waiters = new Waiters(parts.store(), ledger, timer);
        this.worker = new Worker(parts, ledger, timer);
        this.outbox = new Outbox(parts, ledger, timer);
        this.drifts = new Drifts(parts, ledger, timer);
        this.adoption = new Adoption(parts, ledger, timer);
        worker.start(workers);
        if (workers > 0 && parts.retention() != null) {
            timer.scheduleWithFixedDelay(this::prune, 1, 60, TimeUnit.MINUTES);
        }
        if (workers > 0 && !parts.notifiers().isEmpty()) {
            long pause = parts.timings().pulse().toMillis();
            mail.scheduleWithFixedDelay(this::sendAll, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    public Ledger ledger() {
        return ledger;
    }

    public Submissions submissions() {
        return submissions;
    }

    public Waiters waiters() {
        return waiters;
    }

    /** For a caller who drives the work himself. */
    public Worker worker() {
        return worker;
    }

    /** For a caller who drives the work himself. */
    public Outbox outbox() {
        return outbox;
    }

    /** From now on, what others change of agents' objects becomes events. */
    public void watchDrift() {
        drifts.begin();
    }

    public Adoption adoption() {
        return adoption;
    }

    /** Work of the caller's own, such as a chat. */
    public Work work(String what, Duration limit) {
        return Work.of(what, parts.own(), limit, timer, null);
    }

    public boolean cancel(OperationId id) {
        boolean open = submissions.cancel(id);
        worker.cancel(id);
        return open;
    }

    @Override
    public void close() {
        drifts.close();
        worker.drain(DRAIN);
        mail.shutdown();
        try {
            if (!mail.awaitTermination(5, TimeUnit.SECONDS)) {
                mail.shutdownNow();
            }
        } catch (InterruptedException e) {
            mail.shutdownNow();
            Thread.currentThread().interrupt();
        }
        // News of the last operation goes out now where that is quick; what stays is sent at the next start.
        sending(() -> outbox.allWithin(LAST_NEWS));
        waiters.close();
        timer.shutdownNow();
        parts.platforms().values().forEach(platform -> closing(platform::close));
        closing(parts.doorbell()::close);
        closing(parts.store()::close);
    }

    /** One part that fails to close keeps no other open. */
    private static void closing(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("Something could not be closed", e);
        }
    }

    /** Forgets what is older than it is to be kept, some at a time. */
    public void prune() {
        Duration kept = parts.retention();
        try {
            int removed = 1;
            while (kept != null && removed > 0 && !timer.isShutdown()) {
                removed = parts.store().prune(parts.clock().instant().minus(kept));
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("Forgetting old records failed; trying again in an hour", e);
        }
    }

    private void sendAll() {
        sending(() -> {
            while (outbox.once()) {
                LOG.trace("Sent one");
            }
        });
    }

    private void sending(Runnable work) {
        try {
            if (!parts.notifiers().isEmpty()) {
                work.run();
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("Sending notices failed; trying again later", e);
        }
    }

    private static ScheduledExecutorService executor(String name, int threads) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        // Deadlines of work that is done in time are most of what is scheduled.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
