package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Permission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The installation itself. */
@RestController
@RequestMapping(
        path = "${launchpad.web.base-path:" + WebProperties.BASE_PATH + "}",
        produces = MediaType.APPLICATION_JSON_VALUE)
class SystemController {

    /** Of an entry of the audit. */
    private static final String NUMBER = "[0-9]{1,18}";

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Launchpad launchpad;
    private final Store store;
    private final AgentDirectory directory;
    private final PluginCatalog plugins;
    private final EventStreams streams;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Look last;

    SystemController(
            Launchpad launchpad,
            Store store,
            AgentDirectory directory,
            PluginCatalog plugins,
            EventStreams streams,
            Clock clock) {
        this.launchpad = launchpad;
        this.store = store;
        this.directory = directory;
        this.plugins = plugins;
        this.streams = streams;
        this.clock = clock;
    }

    @GetMapping(path = "/plugins", name = "Known plugins and their settings")
    Answers.Plugins plugins(Caller caller) {
        caller.needs(Permission.AGENTS_READ);
        return new Answers.Plugins(plugins.all().stream()
                .map(Views::plugin)
                .sorted(Comparator.comparing(Answers.PluginView::name))
                .toList());
    }

    @GetMapping(path = "/audit", name = "Who did what, newest first")
    Answers.Audit audit(
            Caller caller,
            @RequestParam(defaultValue = "100") @Form(least = 1, most = 1_000) int limit,
            @RequestParam(required = false) @Form(pattern = NUMBER) @Nullable String cursor,
            @RequestParam(required = false) @Form(least = 1, most = 100, pattern = Parameters.LINE) @Nullable
                    String owner) {
        caller.needs(Permission.AUDIT_READ);
        int most = Parameters.within("limit", limit, 1, 1_000);
        if (cursor != null && !cursor.matches(NUMBER)) {
            throw Parameters.invalid("cursor", "use the next of the page before.");
        }
        Long after = cursor == null ? null : Long.valueOf(cursor);
        Owner whose = owner == null ? null : Parameters.owner(owner);
        List<AuditEntry> found = store.read(tables -> tables.audit().list(whose, after, most + 1));
        List<AuditEntry> page = found.subList(0, Math.min(most, found.size()));
        return new Answers.Audit(
                page.stream().map(entry -> Views.audit(entry.row())).toList(),
                found.size() > most ? String.valueOf(page.get(most - 1).number()) : null);
    }

    @GetMapping(path = "/health", name = "Whether the service works; its components for callers with system:read")
    Answers.HealthView health(@CallerArgument.OrNobody @Nullable Caller caller) {
        Answers.Component records = records();
        boolean all = caller != null && caller.permissions().contains(Permission.SYSTEM_READ);
        Map<String, Answers.Component> components = new TreeMap<>(Map.of("store", records));
        if (all) {
            components.put("platforms", look(launchpad::preflight));
        }
        boolean up = components.values().stream()
                .allMatch(component -> component.status().equals("UP"));
        return new Answers.HealthView(up ? "UP" : "DOWN", all ? components : null);
    }

    /**
     * Anybody may ask: so the store is looked at once in a second, however often they do. A look at a dead database takes
     * long: meanwhile the others hear what was found last.
     */
    private Answers.Component records() {
        Look known = last;
        if (known == null) {
            looking.lock();
        } else if (fresh(known) || !looking.tryLock()) {
            return known.found();
        }
        try {
            known = last;
            if (known == null || !fresh(known)) {
                Answers.Component found =
                        look(() -> store.read(tables -> List.of(tables.outbox().size() + " notices wait")));
                known = new Look(found, clock.instant());
                last = known;
            }
            return known.found();
        } finally {
            looking.unlock();
        }
    }

    private boolean fresh(Look look) {
        return clock.instant().isBefore(look.at().plus(FRESH));
    }

    private Answers.Component look(Callable<List<String>> question) {
        long start = System.nanoTime();
        String status = "UP";
        List<String> remarks;
        try {
            remarks = question.call();
        } catch (Exception e) {
            status = "DOWN";
            remarks = List.of(String.valueOf(e.getMessage()));
        }
        return new Answers.Component(
                status, Duration.ofNanos(System.nanoTime() - start).toMillis(), remarks);
    }

    @GetMapping(path = "/system/metrics", name = "Totals")
    Answers.Totals totals(Caller caller) {
        caller.needs(Permission.SYSTEM_READ);
        Map<io.agentlaunchpad.agent.AgentId, OperationRow> open = directory.open();
        Map<String, Integer> byStatus = new TreeMap<>();
        store.read(tables -> tables.agents().entries(null, null, Integer.MAX_VALUE))
                .forEach(row -> {
                    AgentStatus status = AgentDirectory.status(row, open.get(row.id()));
                    byStatus.merge(status.name(), 1, Integer::sum);
                });
        List<OperationRow> unsettled = store.read(tables -> tables.operations().unsettled(Integer.MAX_VALUE));
        Instant now = clock.instant();
        return new Answers.Totals(
                byStatus.values().stream().mapToInt(Integer::intValue).sum(),
                byStatus,
                unsettled.size(),
                unsettled.isEmpty()
                        ? 0
                        : Duration.between(unsettled.get(0).createdAt(), now).toSeconds(),
                store.read(tables -> tables.outbox().size()),
                streams.open());
    }

    /** What was found, and when. */
    private record Look(Answers.Component found, Instant at) {}
}
