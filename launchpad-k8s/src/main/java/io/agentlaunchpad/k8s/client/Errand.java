package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Short work of our own, which nobody cancels: it has a deadline and nothing else. */
public record Errand(Instant deadline) implements WorkContext {

    /** One that ends then. */
    public static Errand within(Duration limit) {
        return new Errand(Instant.now().plus(limit));
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public boolean stopped() {
        return !clock().instant().isBefore(deadline);
    }

    @Override
    public void check() {
        if (stopped()) {
            throw new DeadlineException(
                    "The API server was not done in time.", "check that the cluster answers, then try again.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        return () -> {};
    }

    @Override
    public void progress(String message, long done, long total) {}
}
