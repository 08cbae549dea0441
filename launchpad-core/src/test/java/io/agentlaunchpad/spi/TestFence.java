package io.agentlaunchpad.spi;

import io.agentlaunchpad.error.StoreException;
import java.util.concurrent.atomic.AtomicInteger;

/** A fence that a test can let fall. Counts how often it was asked. */
public final class TestFence implements Fence {

    private final int goodFor;
    private final AtomicInteger asked = new AtomicInteger();

    private TestFence(int goodFor) {
        this.goodFor = goodFor;
    }

    /** Holds. */
    public static TestFence holding() {
        return new TestFence(Integer.MAX_VALUE);
    }

    /** Another worker has taken over already. */
    public static TestFence fallen() {
        return new TestFence(0);
    }

    /** Another worker takes over after so many checks. */
    public static TestFence fallingAfter(int checks) {
        return new TestFence(checks);
    }

    public int asked() {
        return asked.get();
    }

    @Override
    public long number() {
        return 1;
    }

    @Override
    public void check() {
        if (asked.incrementAndGet() > goodFor) {
            throw new StoreException("SUPERSEDED", "Another worker has taken over.", "nothing.", null);
        }
    }
}
