package io.agentlaunchpad.internal;

import io.agentlaunchpad.spi.Doorbell;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A doorbell of this process: every ring lets one waiting worker look. */
public final class RingingBell implements Doorbell {

    private static final int ENOUGH = 1_000;

    private final Semaphore rings = new Semaphore(0);

    @Override
    public void ring() {
        if (rings.availablePermits() < ENOUGH) {
            rings.release();
        }
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        if (rings.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
    }

    @Override
    public void close() {}
}
