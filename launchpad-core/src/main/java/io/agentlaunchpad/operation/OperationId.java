package io.agentlaunchpad.operation;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Identifies one operation. Law: of two made by one process, the later one sorts behind, also within a millisecond; an
 * agent's operations run in that order.
 *
 * @param value {@code op-}, 12 hex digits of the millisecond, 4 that count within it, and 8 random ones
 */
public record OperationId(String value) implements Comparable<OperationId> {

    private static final Pattern FORM = Pattern.compile("op-[0-9a-f]{24}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AtomicLong LATEST = new AtomicLong();

    public OperationId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not an operation id: \"" + value + "\"");
        }
    }

    /** A new one. */
    public static OperationId next(Instant now) {
        long tick = LATEST.updateAndGet(latest -> Math.max(latest + 1, now.toEpochMilli() << 16));
        return new OperationId(String.format("op-%016x%08x", tick, RANDOM.nextInt()));
    }

    @Override
    public int compareTo(OperationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
