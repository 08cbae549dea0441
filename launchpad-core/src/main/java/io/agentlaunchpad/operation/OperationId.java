package io.agentlaunchpad.operation;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Identifies one operation. Sorts by the time it was made.
 *
 * @param value {@code op-}, 12 hex digits of the millisecond and 12 random ones
 */
public record OperationId(String value) implements Comparable<OperationId> {

    private static final Pattern FORM = Pattern.compile("op-[0-9a-f]{24}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public OperationId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not an operation id: \"" + value + "\"");
        }
    }

    /** A new one. */
    public static OperationId next(Instant now) {
        return new OperationId(String.format("op-%012x%012x", now.toEpochMilli(), RANDOM.nextLong() >>> 16));
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
