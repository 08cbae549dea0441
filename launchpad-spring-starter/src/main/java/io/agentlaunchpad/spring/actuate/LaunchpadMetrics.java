package io.agentlaunchpad.spring.actuate;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.event.Progress;
import io.agentlaunchpad.event.Scanned;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * Meters, without an agent's or owner's name in any tag.
 *
 * <p>{@code launchpad.operations} (timer from acceptance to end; kind, outcome), {@code launchpad.stages} (timer; stage),
 * {@code launchpad.scans} (counter; scanner; result clean, findings or unscanned) and {@code launchpad.image.bytes} (counter
 * of what building images wrote, as builders report it) count what this process did. {@code launchpad.operations.open}, {@code launchpad.operations.oldest} (seconds),
 * {@code launchpad.notices.waiting} and {@code launchpad.agents} (health) are read from the shared store, at most once in
 * five seconds: sum them over no instances.
 */
public final class LaunchpadMetrics implements MeterBinder, AutoCloseable {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Launchpad launchpad;
    private final Store store;
    private final Clock clock;
    private final List<Launchpad.Listening> listening = new CopyOnWriteArrayList<>();
    private Figures figures = new Figures(Instant.MIN, 0, 0, 0, List.of());

    public LaunchpadMetrics(Launchpad launchpad, Store store, Clock clock) {
        this.launchpad = launchpad;
        this.store = store;
        this.clock = clock;
    }

    private record Figures(Instant at, int open, double oldest, int waiting, List<Verdict.Health> health) {}

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "launchpad.operations.open", "Operations queued or running", Tags.empty(), Figures::open);
        gauge(registry, "launchpad.operations.oldest", "Age of the oldest, seconds", Tags.empty(), Figures::oldest);
        gauge(registry, "launchpad.notices.waiting", "Notices to deliver", Tags.empty(), Figures::waiting);
        for (Verdict.Health health : Verdict.Health.values()) {
            gauge(
                    registry,
                    "launchpad.agents",
                    "Agents by health as last stored",
                    Tags.of("health", label(health)),
                    now -> now.health().stream().filter(health::equals).count());
        }
        listening.add(launchpad.listen(new Ear(registry)));
    }

    /** Counts what this process hears. */
    private final class Ear implements LaunchpadListener {

        private final MeterRegistry registry;
        private final Counter bytes;
        /** How far each part of an image was when it was last heard of, by operation and part. */
        private final Map<OperationId, Map<String, Long>> parts = new ConcurrentHashMap<>();

        Ear(MeterRegistry registry) {
            this.registry = registry;
            this.bytes = Counter.builder("launchpad.image.bytes")
                    .description("Bytes of images that were written")
                    .baseUnit("bytes")
                    .register(registry);
        }

        @Override
        public void on(AgentEvent event) {
            if (event.type() == EventType.OPERATION_SETTLED && event.operationId() != null) {
                parts.remove(event.operationId());
                count(event, registry);
            }
        }

        @Override
        public void on(Scanned scanned) {
            ScanReport report = scanned.report();
            Counter.builder("launchpad.scans")
                    .description("Artifacts that were scanned")
                    .tags(
                            "scanner",
                            report.scanner(),
                            "result",
                            report.notScanned() != null
                                    ? "unscanned"
                                    : report.findings().isEmpty() ? "clean" : "findings")
                    .register(registry)
                    .increment();
        }

        @Override
        public void on(Progress progress) {
            if (progress.stage() != Stage.BUILD || progress.total() == 0) {
                return;
            }
            // The name of a part may end with how much of it is done.
            String part = progress.message().replaceAll(":? *[0-9]+ ?%$", "");
            Long before = parts.computeIfAbsent(progress.operationId(), none -> new ConcurrentHashMap<>())
                    .put(part, progress.done());
            bytes.increment((double) Math.max(0, progress.done() - (before == null ? 0 : before)));
        }
    }

    private void gauge(MeterRegistry registry, String name, String about, Tags tags, ToDoubleFunction<Figures> figure) {
        Gauge.builder(name, () -> figure.applyAsDouble(figures()))
                .description(about)
                .tags(tags)
                .register(registry);
    }

    private synchronized Figures figures() {
        Instant now = clock.instant();
        if (figures.at().isBefore(now.minus(FRESH))) {
            List<OperationRow> open = store.read(tables -> tables.operations().unsettled(Integer.MAX_VALUE));
            figures = new Figures(
                    now,
                    open.size(),
                    open.isEmpty()
                            ? 0
                            : Duration.between(open.get(0).createdAt(), now).toMillis() / 1000.0,
                    store.read(tables -> tables.outbox().size()),
                    store.read(tables -> tables.agents().entries(null, null, Integer.MAX_VALUE)).stream()
                            .map(AgentEntry::health)
                            .map(Verdict::health)
                            .toList());
        }
        return figures;
    }

    private void count(AgentEvent event, MeterRegistry registry) {
        store.read(tables -> tables.operations().find(Objects.requireNonNull(event.operationId())))
                .ifPresent(row -> count(row, registry));
    }

    private static void count(OperationRow row, MeterRegistry registry) {
        OperationRow.Result result = row.result();
        if (result == null) {
            return;
        }
        Timer.builder("launchpad.operations")
                .description("From acceptance to end")
                .tags("kind", row.kind().label(), "outcome", label(result.outcome()))
                .register(registry)
                .record(Duration.between(row.createdAt(), result.settledAt()));
        row.progress()
                .stages()
                .forEach(time -> Timer.builder("launchpad.stages")
                        .description("Duration of a stage")
                        .tags("stage", time.stage().label())
                        .register(registry)
                        .record(time.took()));
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        listening.forEach(Launchpad.Listening::close);
    }
}
