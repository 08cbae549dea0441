package io.agentlaunchpad.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One notice on its way to one notifier.
 *
 * @param key notice id and notifier name
 * @param notifier its name
 * @param notice what to deliver
 * @param attempts so far
 * @param notBefore when the next one is due
 * @param leaseUntil until when a worker holds it, or null
 */
public record OutboxRow(
        String key,
        String notifier,
        Notice notice,
        int attempts,
        Instant notBefore,
        @Nullable Instant leaseUntil) {

    /** The entry of a notice for a notifier, due at once. */
    public static OutboxRow of(Notice notice, String notifier) {
        return new OutboxRow(notice.id() + "-" + notifier, notifier, notice, 0, notice.at(), null);
    }

    public OutboxRow heldUntil(Instant lease) {
        return new OutboxRow(key, notifier, notice, attempts, notBefore, lease);
    }

    /** Left to others until then, as if nobody had tried. */
    public OutboxRow leftUntil(Instant due) {
        return new OutboxRow(key, notifier, notice, attempts, due, null);
    }

    /** Tried in vain, and due again then. */
    public OutboxRow retryAt(Instant due) {
        return new OutboxRow(key, notifier, notice, attempts + 1, due, null);
    }
}
