package io.agentlaunchpad.local;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Processes of this machine, named so that a reused number is not taken for the same process. */
final class Processes {

    /** Linux derives start times from the boot time, which moves a little when the clock is set. */
    private static final long CLOCK_TOLERANCE_MILLIS = 2_000;

    private Processes() {}

    /** The name of this process as a worker: {@code pid-start}, unique on this machine. */
    static String self() {
        return name(ProcessHandle.current());
    }

    /** {@code pid-start}: the start as milliseconds, 0 where the system does not tell. */
    static String name(ProcessHandle process) {
        return process.pid() + "-" + start(process);
    }

    /** The live process of that name. */
    static Optional<ProcessHandle> find(@Nullable String name) {
        if (name == null || !name.matches("\\d{1,18}-\\d{1,18}")) {
            return Optional.empty();
        }
        int dash = name.indexOf('-');
        long started = Long.parseLong(name.substring(dash + 1));
        return ProcessHandle.of(Long.parseLong(name.substring(0, dash)))
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(started - start(process)) <= CLOCK_TOLERANCE_MILLIS);
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
