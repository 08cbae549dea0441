package io.agentlaunchpad.local;

import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one agent again and again: often while it starts, seldom while it is well, at once when its process ends. */
final class LocalWatch implements Platform.Watch {

    private static final Logger LOG = LoggerFactory.getLogger(LocalWatch.class);
    private static final long LOOK_MILLIS = 250;
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    private final Release release;
    private final Consumer<Observation> facts;
    private final LocalAgents agents;
    private final Observer observer;
    private final ScheduledExecutorService timer;
    private final Executor work;

    private volatile boolean closed;
    private @Nullable Glance glance;
    private @Nullable Observation last;
    private long reportedAt;

    LocalWatch(
            Release release,
            Consumer<Observation> facts,
            LocalAgents agents,
            Observer observer,
            ScheduledExecutorService timer,
            Executor work) {
        this.release = release;
        this.facts = facts;
        this.agents = agents;
        this.observer = observer;
        this.timer = timer;
        this.work = work;
    }

    void begin() {
        next(0);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void next(long millis) {
        try {
            if (!closed) {
                Future<?> unused = timer.schedule(() -> work.execute(this::look), millis, TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    // One look is scheduled by the one before it, so these fields are never used by two threads at once.
    private void look() {
        try {
            Glance now = glance();
            boolean late = System.nanoTime() - reportedAt >= REPORT_EVERY.toNanos();
            if (last == null || late || !now.equals(glance) || (now.runs() && !ready(last))) {
                glance = now;
                Observation fresh = observer.observe(release);
                if (last == null || late || !fresh.tellsTheSame(last)) {
                    last = fresh;
                    reportedAt = System.nanoTime();
                    report(fresh);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("Agent {} could not be observed: {}", release.agentId(), e.getMessage());
        } finally {
            next(LOOK_MILLIS);
        }
    }

    private void report(Observation observation) {
        if (closed) {
            return;
        }
        try {
            facts.accept(observation);
        } catch (RuntimeException e) {
            LOG.warn("A listener of agent {} failed", release.agentId(), e);
        }
    }

    private Glance glance() {
        Optional<LocalState> state = agents.files(release.agentId()).state();
        return new Glance(state.orElse(null), state.flatMap(agents::process).isPresent());
    }

    private static boolean ready(Observation observation) {
        List<Instance> instances = observation.instances();
        return !instances.isEmpty() && instances.stream().allMatch(Instance::ready);
    }

    /** What can be seen without asking the agent. */
    private record Glance(@Nullable LocalState state, boolean runs) {}
}
