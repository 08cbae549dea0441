package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Work at a terminal: Ctrl-C cancels it, and what it does is told once a second at most. */
final class TerminalWork implements WorkContext {

    private final Instant deadline;
    private final PrintWriter err;
    private final List<Runnable> interrupts = new ArrayList<>();
    private boolean cancelled;
    private long toldAt;

    private TerminalWork(Duration limit, PrintWriter err) {
        this.deadline = Instant.now().plus(limit);
        this.err = err;
    }

    static TerminalWork within(Duration limit, PrintWriter err) {
        TerminalWork work = new TerminalWork(limit, err);
        Interruption.heardBy(work::cancel);
        return work;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public synchronized boolean stopped() {
        return cancelled || !clock().instant().isBefore(deadline);
    }

    @Override
    public synchronized void check() {
        if (cancelled) {
            throw new CancelledException("Cancelled.", "start it again when you want it.");
        }
        if (stopped()) {
            throw new DeadlineException("The time was over at " + deadline + ".", "allow more with --timeout.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        boolean now;
        synchronized (this) {
            now = cancelled;
            interrupts.add(interrupt);
        }
        if (now) {
            interrupt.run();
        }
        return () -> {
            synchronized (this) {
                interrupts.remove(interrupt);
            }
        };
    }

    @Override
    public synchronized void progress(String message, long done, long total) {
        long now = System.nanoTime();
        if (now - toldAt > 1_000_000_000L) {
            toldAt = now;
            String amount = total > 0 ? " (" + 100 * done / total + " %)" : "";
            err.println("  · " + message + amount);
            err.flush();
        }
    }

    private void cancel() {
        List<Runnable> all;
        synchronized (this) {
            cancelled = true;
            all = new ArrayList<>(interrupts);
        }
        all.forEach(Runnable::run);
    }
}
