package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.OutboxRow;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notices that settling left in the store: at least once each, tried again with growing pauses, then given up. */
public final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    /** Clients that are given what is left end a little before it, since they count whole milliseconds. */
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    private final Parts parts;
    private final Ledger ledger;
    private final ScheduledExecutorService timer;

    public Outbox(Parts parts, Ledger ledger, ScheduledExecutorService timer) {
        this.parts = parts;
        this.ledger = ledger;
        this.timer = timer;
    }

    /** Sends one that is due. Returns whether there was one. */
    public boolean once() {
        return once(LIMIT);
    }

    /** Sends what is due, for so long. */
    void allWithin(Duration atMost) {
        Instant end = parts.own().instant().plus(atMost);
        Duration left = atMost;
        while (left.compareTo(A_MOMENT) > 0 && once(left)) {
            left = Duration.between(parts.own().instant(), end);
        }
    }

    private boolean once(Duration limit) {
        Instant now = parts.clock().instant();
        Optional<OutboxRow> due = parts.store()
                .transact(tables ->
                        tables.outbox().claim(new Store.Claim(parts.worker(), now, now.plus(LIMIT.multipliedBy(2)))));
        due.ifPresent(row -> deliver(row, limit));
        return due.isPresent();
    }

    private void deliver(OutboxRow row, Duration limit) {
        Optional<Notifier> notifier = parts.notifiers().stream()
                .filter(candidate -> candidate.name().equals(row.notifier()))
                .findFirst();
        if (notifier.isEmpty()) {
            // Another process may have it; this one must not drop its news.
            leave(row, parts.clock().instant().plus(Duration.ofMinutes(1)));
            return;
        }
        Work work = Work.of("notifying", parts.own(), limit, timer, null);
        try (work) {
            notifier.get().deliver(row.notice(), work);
            remove(row);
        } catch (RuntimeException | Error e) {
            if (limit.compareTo(LIMIT) < 0 && work.remaining().compareTo(A_MOMENT) < 0) {
                // It was not given its time: that is no failure, whatever its client makes of it.
                leave(row, parts.clock().instant());
            } else if (e instanceof LaunchpadException known) {
                failed(row, known.failure().sentence(), known.retryable());
            } else {
                LOG.warn("Notifier {} failed unexpectedly", row.notifier(), e);
                failed(row, e.getClass().getSimpleName(), true);
            }
        }
    }

    private void leave(OutboxRow row, Instant due) {
        parts.store().transact(tables -> {
            tables.outbox().update(row.leftUntil(due));
            return null;
        });
    }

    private void failed(OutboxRow row, String why, boolean retryable) {
        if (retryable && row.attempts() + 1 < parts.timings().deliveries()) {
            Duration pause = parts.timings().backoff().multipliedBy(1L << Math.min(10, row.attempts()));
            Instant due = parts.clock().instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
            parts.store().transact(tables -> {
                tables.outbox().update(row.retryAt(due));
                return null;
            });
            return;
        }
        LOG.warn("Notice {} could not be delivered by {}: {}", row.notice().id(), row.notifier(), why);
        ledger.write(row.notice().agentId(), entry -> {
            entry.tables().outbox().remove(row.key());
            if (entry.tables().agents().find(row.notice().agentId()).isPresent()) {
                entry.event(
                        EventType.NOTICE_FAILED,
                        row.notice().operationId(),
                        row.notifier() + " could not deliver \"" + row.notice().title() + "\": " + why,
                        Map.of("notifier", row.notifier()));
            }
            return null;
        });
    }

    private void remove(OutboxRow row) {
        parts.store().transact(tables -> {
            tables.outbox().remove(row.key());
            return null;
        });
    }
}
