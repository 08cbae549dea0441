package io.agentlaunchpad.spi;

import io.agentlaunchpad.error.StoreException;

/**
 * Proof that a worker still holds its claim. A platform asks it right before each change, so that a worker that was
 * paused past its lease changes nothing after its next request.
 */
public interface Fence {

    /** Grows with every claim of the agent; a platform may store it and refuse a smaller one. */
    long number();

    /**
     * Goes on, or not.
     *
     * @throws StoreException when another worker has taken over, or the store cannot be asked
     */
    void check();
}
