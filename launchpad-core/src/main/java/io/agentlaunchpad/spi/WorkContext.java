package io.agentlaunchpad.spi;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * What a port is handed for work that may take long: its deadline, its cancellation, and an ear for progress.
 *
 * <p>Law: an implementation calls {@link #check()} before every new request and registers what interrupts a wait with
 * {@link #onCancel}; it then ends within a second of a cancel and starts nothing new. Safe for use by several threads.
 */
public interface WorkContext {

    /** The time by which this process goes. */
    Clock clock();

    /** When the work must have ended. */
    Instant deadline();

    /** Whether the work is cancelled or past its deadline. */
    boolean stopped();

    /**
     * Goes on, or not.
     *
     * @throws CancelledException when the work was cancelled
     * @throws DeadlineException when its deadline has passed
     */
    void check();

    /**
     * Runs something as soon as the work is cancelled or its deadline passes; at once if that is so already. Close the
     * registration when the wait is over.
     */
    Registration onCancel(Runnable interrupt);

    /**
     * Says how far the work is. Cheap; call it as often as you like.
     *
     * @param message what is going on, for people
     * @param done units done
     * @param total units in all, 0 where nobody knows
     */
    void progress(String message, long done, long total);

    /** A step without numbers. */
    default void progress(String message) {
        progress(message, 0, 0);
    }

    /** What is left until the deadline; never negative. */
    default Duration remaining() {
        Duration left = Duration.between(clock().instant(), deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Takes back what {@link #onCancel} registered. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
