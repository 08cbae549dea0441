package io.agentlaunchpad.spi;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work that a test hands to a port: it goes on for so long, unless the test cancels it. */
public final class TestWork implements WorkContext {

    private final Instant deadline;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<Runnable> interrupts = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    private TestWork(Duration limit) {
        deadline = Instant.now().plus(limit);
    }

    /** Five minutes, which no test needs, also on a busy machine. */
    public static TestWork of() {
        return within(Duration.ofMinutes(5));
    }

    public static TestWork within(Duration limit) {
        return new TestWork(limit);
    }

    /** Cancels it, on any thread. */
    public void cancel() {
        cancelled.set(true);
        interrupts.forEach(Runnable::run);
    }

    /** The steps it was told of so far. */
    public List<String> said() {
        return said;
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
        return cancelled.get() || Instant.now().isAfter(deadline);
    }

    @Override
    public void check() {
        if (cancelled.get()) {
            throw new CancelledException("Cancelled by the test.", "nothing.");
        }
        if (stopped()) {
            throw new DeadlineException("The test's time is over.", "nothing.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        interrupts.add(interrupt);
        if (stopped()) {
            interrupt.run();
        }
        return () -> interrupts.remove(interrupt);
    }

    @Override
    public void progress(String message, long done, long total) {
        said.add(message);
    }
}
