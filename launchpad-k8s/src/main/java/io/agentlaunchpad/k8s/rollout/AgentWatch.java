package io.agentlaunchpad.k8s.rollout;

import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports one agent's facts: whenever one of its live objects changed, and every few seconds. Asks the API server for
 * nothing but the agent's own word once its pods are ready, and a log once something is wrong.
 */
public final class AgentWatch implements Platform.Watch {

    private static final Logger LOG = LoggerFactory.getLogger(AgentWatch.class);
    private static final long LOOK_MILLIS = 500;
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

    private final Release release;
    private final Expected expected;
    private final Consumer<Observation> facts;
    private final Informers informers;
    private final Insight insight;
    private final Executor work;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final AutoCloseable listening;
    private final Future<?> ticking;

    private volatile boolean closed;
    private @Nullable Observation last;
    private long reportedAt;
    private @Nullable Word word;
    private Facts.@Nullable Refused refused;
    private final Map<String, List<String>> lines = new HashMap<>();

    public AgentWatch(
            Release release,
            Expected expected,
            Consumer<Observation> facts,
            Informers informers,
            Insight insight,
            ScheduledExecutorService timer,
            Executor work) {
        this.release = release;
        this.expected = expected;
        this.facts = facts;
        this.informers = informers;
        this.insight = insight;
        this.work = work;
        this.listening = informers.listen(expected.agent(), this::wake);
        this.ticking = timer.scheduleWithFixedDelay(this::tick, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed = true;
        ticking.cancel(false);
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("Nothing is thrown there", e);
        }
    }

    private void tick() {
        Observation known = last;
        boolean late = System.nanoTime() - reportedAt >= REPORT_EVERY.toNanos();
        // Time itself is a fact only for what is not well.
        if (known == null || late || !well(known)) {
            wake();
        }
    }

    /** At most one thread looks at a time; whoever comes meanwhile makes it look once more. */
    private void wake() {
        again.set(true);
        if (!closed && looking.compareAndSet(false, true)) {
            try {
                work.execute(this::look);
            } catch (RejectedExecutionException e) {
                closed = true;
            }
        }
    }

    private void look() {
        try {
            while (again.getAndSet(false) && !closed) {
                Observation fresh = observe();
                boolean late = System.nanoTime() - reportedAt >= REPORT_EVERY.toNanos();
                if (last == null || late || !fresh.tellsTheSame(last)) {
                    last = fresh;
                    reportedAt = System.nanoTime();
                    report(fresh);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("Agent {} could not be observed: {}", release.agentId(), e.getMessage());
        } finally {
            looking.set(false);
            if (again.get()) {
                wake();
            }
        }
    }

    private Observation observe() {
        List<Pod> pods = informers.pods(expected.agent());
        Deployment deployment = informers.deployment(expected.deployment());
        Instant now = Instant.now();
        refused = Facts.Refused.after(refused, deployment, now);
        Observation facts = Facts.of(expected, deployment, pods, informers.events(pods), null, null, refused, now);
        return told(withWord(facts), pods);
    }

    private Observation withWord(Observation facts) {
        long ready = facts.instances().stream()
                .filter(each -> each.current() && each.ready())
                .count();
        if (!facts.seen() || facts.desired() == 0 || ready < facts.desired()) {
            return facts;
        }
        String pod = facts.instances().stream()
                .filter(each -> each.current() && each.ready())
                .findFirst()
                .orElseThrow()
                .name();
        if (word == null || word.isOld(pod)) {
            word = new Word(pod, insight.application(release.agentId(), pod), System.nanoTime());
        }
        return new Observation(
                facts.at(),
                facts.seen(),
                facts.desired(),
                facts.instances(),
                word.application(),
                facts.use(),
                facts.refusals());
    }

    /** With the last lines of the log where a pod is doomed. */
    private Observation told(Observation facts, List<Pod> pods) {
        // A watch may last for months, and pods come and go.
        lines.keySet().removeIf(key -> facts.instances().stream().noneMatch(each -> key.startsWith(each.name() + " ")));
        List<Instance> instances = new ArrayList<>();
        for (Instance each : facts.instances()) {
            Trouble trouble = each.trouble();
            Pod pod = pods.stream()
                    .filter(one -> one.getMetadata().getName().equals(each.name()))
                    .findFirst()
                    .orElse(null);
            if (trouble == null || !trouble.fatal() || !each.current() || pod == null || !AgentContainer.hasRun(pod)) {
                instances.add(each);
                continue;
            }
            List<String> known = lines.computeIfAbsent(
                    each.name() + " " + trouble.code(),
                    key -> insight.lastLines(release, each.name(), AgentContainer.crashedBefore(pod)));
            instances.add(new Instance(
                    each.name(),
                    true,
                    each.ready(),
                    each.restarts(),
                    new Trouble(trouble.code(), trouble.message(), trouble.fix(), true, known)));
        }
        return new Observation(
                facts.at(),
                facts.seen(),
                facts.desired(),
                instances,
                facts.application(),
                facts.use(),
                facts.refusals());
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

    private static boolean well(Observation facts) {
        Application word = facts.application();
        return facts.seen()
                && facts.refusals().isEmpty()
                && facts.instances().stream().filter(Instance::ready).count() == facts.desired()
                && facts.instances().size() == facts.desired()
                && (word == null || word.state() != Application.State.NOT_READY);
    }

    /** What the agent last said of itself. */
    private record Word(String pod, @Nullable Application application, long askedAt) {

        boolean isOld(String other) {
            long age = System.nanoTime() - askedAt;
            boolean unready = application != null && application.state() == Application.State.NOT_READY;
            return !pod.equals(other)
                    || age > (unready ? TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS) : ASK_AGAIN.toNanos());
        }
    }
}
