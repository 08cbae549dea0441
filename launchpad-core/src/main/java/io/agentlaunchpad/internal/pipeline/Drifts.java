package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.Drift;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into an agent's events what somebody else changed of its objects. Law: one change is one event, however many
 * processes see it and however often it is seen again.
 */
final class Drifts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Drifts.class);

    /** How far back the same change is looked for. */
    private static final int LOOKED_BACK = 1_000;
    /** News of what our own operation removed may come a little after its end. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final int RECENT = 50;
    private static final int ATTEMPTS = 30;

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;
    private final List<Platform.Watch> watches = new CopyOnWriteArrayList<>();

    Drifts(Parts parts, Ledger ledger, ScheduledExecutorService timer) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
    }

    void begin() {
        parts.platforms().forEach((name, platform) -> {
            try {
                watches.add(platform.drift(drift -> note(name, drift, 1)));
            } catch (RuntimeException | Error e) {
                LOG.warn("Platform {} is not watched for what others change", name, e);
            }
        });
    }

    @Override
    public void close() {
        for (Platform.Watch watch : watches) {
            try {
                watch.close();
            } catch (RuntimeException | Error e) {
                LOG.warn("A watch could not be closed", e);
            }
        }
        watches.clear();
    }

    private void note(String platform, Drift drift, int attempt) {
        try {
            write(platform, drift);
        } catch (StoreException e) {
            LOG.warn("{}: a change by {} is not written down yet: {}", drift.agentId(), drift.who(), e.getMessage());
            if (attempt < ATTEMPTS) {
                again(platform, drift, attempt + 1);
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // note() handles what it throws
    private void again(String platform, Drift drift, int attempt) {
        try {
            long pause = parts.timings().sweep().toMillis();
            timer.schedule(() -> note(platform, drift, attempt), pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closing; {} is not written down", drift);
        }
    }

    private void write(String platform, Drift drift) {
        ledger.write(drift.agentId(), entry -> {
            Store.Tables tables = entry.tables();
            boolean here = tables.agents()
                    .find(drift.agentId())
                    .filter(agent -> agent.platform().equals(platform))
                    .isPresent();
            if (here && !known(tables, drift) && !ours(tables, drift)) {
                entry.event(EventType.DRIFT, null, sentence(drift), data(drift));
            }
            return null;
        });
    }

    private static boolean known(Store.Tables tables, Drift drift) {
        long from = Math.max(1, tables.events().last(drift.agentId()) - LOOKED_BACK + 1);
        List<AgentEvent> recent = tables.events().list(drift.agentId(), from, LOOKED_BACK);
        return recent.stream()
                .anyMatch(event -> event.type() == EventType.DRIFT
                        && drift.key().equals(event.data().get("key")));
    }

    /** What nobody in particular did while our own operation runs is that operation's doing. */
    private static boolean ours(Store.Tables tables, Drift drift) {
        if (!drift.who().equals(Drift.UNKNOWN)) {
            return false;
        }
        return tables.operations().unsettled(drift.agentId()).stream()
                        .anyMatch(row -> row.state() == OperationRow.State.RUNNING)
                || tables.operations().ofAgent(drift.agentId(), RECENT).stream()
                        .anyMatch(row -> endedJustBefore(row, drift.at()));
    }

    private static boolean endedJustBefore(OperationRow row, Instant seen) {
        OperationRow.Result result = row.result();
        return result != null && result.settledAt().plus(LATE).isAfter(seen);
    }

    private static String sentence(Drift drift) {
        String who = drift.who().equals(Drift.UNKNOWN) ? "somebody else" : drift.who();
        return drift.object() + ": changed by " + who + ": " + drift.what();
    }

    private static Map<String, String> data(Drift drift) {
        return Map.of("object", drift.object(), "what", drift.what(), "who", drift.who(), "key", drift.key());
    }
}
