package io.agentlaunchpad.local;

import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A deadline of this platform's own, for work that nobody waits for or can cancel. */
record Patience(Clock clock, Instant deadline) implements WorkContext {

    static Patience of(Duration limit) {
        return new Patience(Clock.systemUTC(), Clock.systemUTC().instant().plus(limit));
    }

    @Override
    public boolean stopped() {
        return clock.instant().isAfter(deadline);
    }

    @Override
    public void check() {
        if (stopped()) {
            throw new DeadlineException(
                    "Another process has worked on this agent for too long.",
                    "look for a Launchpad process that hangs, end it, then try again.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        return () -> {};
    }

    @Override
    public void progress(String message, long done, long total) {}
}
