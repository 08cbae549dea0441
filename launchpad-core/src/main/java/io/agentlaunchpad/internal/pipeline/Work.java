package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work with a deadline that can be stopped. */
public final class Work implements WorkContext, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Work.class);

    private final String what;
    private final Clock clock;
    private final Instant deadline;
    private final Heard heard;
    private final ScheduledExecutorService timer;
    private final Set<Runnable> interrupts = new LinkedHashSet<>();
    /** Rings at the deadline for those who wait; set by the first of them, since most questions wait for nothing. */
    private @Nullable Future<?> alarm;

    private boolean cancelled;

    private Work(String what, Clock clock, Duration limit, ScheduledExecutorService timer, Heard heard) {
        this.what = what;
        this.clock = clock;
        this.deadline = clock.instant().plus(limit);
        this.heard = heard;
        this.timer = timer;
    }

    /**
     * Work that begins now.
     *
     * @param what it is, for messages: "building and scanning ada-1f"
     * @param heard hears its progress, or null
     */
    public static Work of(
            String what, Clock clock, Duration limit, ScheduledExecutorService timer, @Nullable Heard heard) {
        return new Work(what, clock, limit, timer, heard == null ? (message, done, total) -> {} : heard);
    }

    /** Stops it. Doing it again is harmless. */
    public void cancel() {
        synchronized (interrupts) {
            cancelled = true;
        }
        interrupt();
    }

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
        return isCancelled() || late();
    }

    @Override
    public void check() {
        if (isCancelled()) {
            throw new CancelledException("Cancelled while " + what + ".", "start it again when you want it.");
        }
        if (late()) {
            throw new DeadlineException(
                    "The time for " + what + " was over at " + deadline + ".",
                    "allow more time, or look into the agent's events for what took it.");
        }
    }

    @Override
    public Registration onCancel(Runnable interrupt) {
        // A wrapper of its own, so that registering one runnable twice counts twice.
        Runnable entry = () -> run(interrupt);
        boolean now;
        synchronized (interrupts) {
            now = cancelled || late();
            if (!now) {
                interrupts.add(entry);
                setAlarm();
            }
        }
        if (now) {
            entry.run();
        }
        return () -> {
            synchronized (interrupts) {
                interrupts.remove(entry);
            }
        };
    }

    private void setAlarm() {
        if (alarm != null) {
            return;
        }
        long left = Duration.between(clock.instant(), deadline).toMillis();
        try {
            alarm = timer.schedule(this::interrupt, Math.max(1, left), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Launchpad closes; {} has no alarm", what);
        }
    }

    @Override
    public void progress(String message, long done, long total) {
        heard.progress(message, done, total);
    }

    @Override
    public void close() {
        synchronized (interrupts) {
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    private boolean isCancelled() {
        synchronized (interrupts) {
            return cancelled;
        }
    }

    private boolean late() {
        return !clock.instant().isBefore(deadline);
    }

    private void interrupt() {
        List<Runnable> all;
        synchronized (interrupts) {
            all = new ArrayList<>(interrupts);
            interrupts.clear();
        }
        all.forEach(Runnable::run);
    }

    private static void run(Runnable interrupt) {
        try {
            interrupt.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("Interrupting a wait failed", e);
        }
    }

    /** Hears progress. */
    public interface Heard {
        void progress(String message, long done, long total);
    }
}
