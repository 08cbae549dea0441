package io.agentlaunchpad.benchmarks.images;

import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Work that nobody cancels or listens to. */
record Silent(Instant deadline) implements WorkContext {

    static Silent patient() {
        return new Silent(Instant.now().plus(Duration.ofMinutes(30)));
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public boolean stopped() {
        return false;
    }

    @Override
    public void check() {
        // Goes on.
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        return () -> {};
    }

    @Override
    public void progress(String message, long done, long total) {
        // Nobody listens.
    }
}
