package io.agentlaunchpad.build.internal.registry;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting that a cancel ends. */
public final class Pauses {

    private Pauses() {}

    @SuppressWarnings("try")
    public static void sleep(Duration pause, WorkContext context) {
        CountDownLatch stop = new CountDownLatch(1);
        try (WorkContext.Registration registration = context.onCancel(stop::countDown)) {
            if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                context.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "The thread was interrupted while waiting for a registry.", "start it again when you want it.");
        }
        context.check();
    }
}
