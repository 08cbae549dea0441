package io.agentlaunchpad.project;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How long a piece of work may take, when it should stop, and who hears how it goes.
 *
 * <p>Immutable. The limit counts from the making of this object. {@code cancelled} is asked several times a second from
 * the working thread; an interrupt of that thread cancels too. {@code progress} hears short lines without secrets; it
 * may throw, which is ignored.
 *
 * <pre>{@code
 * Bounds.within(Duration.ofMinutes(10)).cancelledBy(operation::isCancelled).telling(System.err::println)
 * }</pre>
 */
public final class Bounds {

    private final Duration limit;
    private final long endNanos;
    private final BooleanSupplier cancelled;
    private final Consumer<String> progress;

    private Bounds(Duration limit, long endNanos, BooleanSupplier cancelled, Consumer<String> progress) {
        this.limit = limit;
        this.endNanos = endNanos;
        this.cancelled = cancelled;
        this.progress = progress;
    }

    /** Ends at the latest after that time; never cancelled, silent. */
    public static Bounds within(Duration limit) {
        return new Bounds(limit, System.nanoTime() + limit.toNanos(), () -> false, line -> {});
    }

    /** The same, ending early once the question is answered with true. */
    public Bounds cancelledBy(BooleanSupplier question) {
        return new Bounds(limit, endNanos, question, progress);
    }

    /** The same, with somebody who hears the progress. */
    public Bounds telling(Consumer<String> listener) {
        return new Bounds(limit, endNanos, cancelled, listener);
    }

    /** The whole time given. */
    public Duration limit() {
        return limit;
    }

    /** The time left, never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    boolean isCancelled() {
        return cancelled.getAsBoolean() || Thread.currentThread().isInterrupted();
    }

    boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** Tells how it goes; a listener's own failure stays with the listener. */
    @SuppressWarnings("CatchAndPrintStackTrace")
    void tell(String line) {
        try {
            progress.accept(line);
        } catch (RuntimeException ignored) {
            // Whoever listens cannot break the work.
        }
    }

    /**
     * Passes while there is time and no cancel.
     *
     * @param doing the work in hand, such as {@code installing dependencies}
     */
    void check(String doing) {
        if (isCancelled()) {
            throw new CancelledException("Cancelled while " + doing + ".", "start it again when you want it.");
        }
        if (isOver()) {
            throw new DeadlineException(
                    "Gave up " + doing + " after " + limit.toSeconds() + " s.", "allow more time, or try again.");
        }
    }

    /** Waits a moment between two looks at something that cannot ring a bell, such as another process's lock. */
    void pause(String doing, Duration moment) {
        check(doing);
        try {
            Thread.sleep(Math.max(1, Math.min(moment.toMillis(), left().toMillis())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check(doing);
    }
}
