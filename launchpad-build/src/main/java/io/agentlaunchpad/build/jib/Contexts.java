package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A deadline for the few calls that come without one. */
final class Contexts {

    private Contexts() {}

    /** Silent and never cancelled; the connection's own time-outs end a wait. */
    static WorkContext within(Duration limit) {
        Clock clock = Clock.systemUTC();
        Instant deadline = clock.instant().plus(limit);
        return new WorkContext() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public Instant deadline() {
                return deadline;
            }

            @Override
            public boolean stopped() {
                return clock.instant().isAfter(deadline);
            }

            @Override
            public void check() {
                if (stopped()) {
                    throw new DeadlineException("Gave up after " + limit.toSeconds() + " s.", "try again.");
                }
            }

            @Override
            public Registration onCancel(Runnable interrupt) {
                return () -> {};
            }

            @Override
            public void progress(String message, long done, long total) {
                // Nobody listens.
            }
        };
    }
}
