package io.agentlaunchpad.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Processes of this machine, named so that a reused number is not taken for the same process. */
final class Processes {

    /** Linux derives start times from the boot time, which moves a little when the clock is set. */
    private static final long CLOCK_TOLERANCE_MILLIS = 2_000;

    private static final long POLL_MILLIS = 20;

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
                .filter(Processes::lives)
                .filter(process -> Math.abs(started - start(process)) <= CLOCK_TOLERANCE_MILLIS);
    }

    /** Whether it runs. One that ended and waits for its parent to notice does not. */
    static boolean lives(ProcessHandle process) {
        return process.isAlive() && !ended(process.pid());
    }

    /**
     * Ends a process and the ones it started: asks, waits, then kills.
     *
     * @param asked whether somebody was to ask it already: a second signal would cut short what it does on the first. One
     *     that lives on after its time was perhaps never asked, since the asker was killed: it is asked then
     * @param patience called while waiting; what it throws ends the wait, not the process
     * @return whether it is gone
     */
    static boolean end(ProcessHandle process, boolean asked, Duration grace, Runnable patience) {
        List<ProcessHandle> family = process.descendants().toList();
        if (!asked || !gone(process, grace, patience)) {
            process.destroy();
        }
        if (!gone(process, grace, patience)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        boolean gone = gone(process, Duration.ofSeconds(5), patience);
        family.forEach(ProcessHandle::destroyForcibly);
        return gone;
    }

    /** Waits until a process is gone, at most so long. An interrupt is kept for later. */
    static boolean gone(ProcessHandle process, Duration atMost, Runnable patience) {
        long end = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        try {
            while (lives(process)) {
                if (System.nanoTime() - end >= 0) {
                    return false;
                }
                patience.run();
                try {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean ended(long pid) {
        try {
            return ended(Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether a line of proc(5) stat tells of an end. Linux keeps a process that ended until its parent asks for it: state Z, field 3.
     * It says so of one whose first thread has ended, too; until the others have (field 20), its port and its files are not free.
     */
    static boolean ended(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > 17
                && (fields[0].equals("Z") || fields[0].equals("X"))
                && Integer.parseInt(fields[17]) <= 1;
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
