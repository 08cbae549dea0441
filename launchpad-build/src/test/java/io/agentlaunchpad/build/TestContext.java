package io.agentlaunchpad.build;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Work that a test can cancel, and that remembers what it was told. */
public final class TestContext implements WorkContext {

    private final Instant deadline;
    private final List<Runnable> interrupts = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;

    public TestContext(Duration limit) {
        deadline = Instant.now().plus(limit);
    }

    public static TestContext patient() {
        return new TestContext(Duration.ofMinutes(5));
    }

    public void cancel() {
        cancelled = true;
        interrupts.forEach(Runnable::run);
    }

    /** Every progress message, with its numbers. */
    public List<String> told() {
        return told;
    }

    /** How many waits are registered for interruption now. */
    public int waits() {
        return interrupts.size();
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
    public boolean stopped() {
        return cancelled || Instant.now().isAfter(deadline);
    }

    @Override
    public void check() {
        if (cancelled) {
            throw new CancelledException("Cancelled by the test.", "nothing.");
        }
        if (Instant.now().isAfter(deadline)) {
            throw new DeadlineException("The test's time is over.", "nothing.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        interrupts.add(interrupt);
        if (cancelled) {
            interrupt.run();
        }
        return () -> interrupts.remove(interrupt);
    }

    @Override
    public void progress(String message, long done, long total) {
        told.add(message + " " + done + "/" + total);
    }
}
