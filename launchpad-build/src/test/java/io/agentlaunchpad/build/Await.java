package io.agentlaunchpad.build;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what must come soon. */
public final class Await {

    private static final Duration SOON = Duration.ofSeconds(30);

    private Await() {}

    /** Returns as soon as it holds; fails if it does not within half a minute. */
    public static void until(String what, BooleanSupplier holds) {
        long begun = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - begun > SOON.toNanos()) {
                throw new AssertionError("not within " + SOON.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
