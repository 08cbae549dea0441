package io.agentlaunchpad.spi;

import java.time.Duration;

/**
 * Wakes workers when there may be work. Law: the truth is in the store; lost, repeated and reordered rings change nothing.
 * Safe for concurrent use.
 */
public interface Doorbell extends AutoCloseable {

    /** There may be work. Never blocks for long, never throws. */
    void ring();

    /**
     * Waits until the bell rings, or the time is over. A ring while nobody waits is remembered for the next call.
     *
     * @throws InterruptedException when the waiting thread is interrupted
     */
    void await(Duration atMost) throws InterruptedException;

    @Override
    void close();
}
