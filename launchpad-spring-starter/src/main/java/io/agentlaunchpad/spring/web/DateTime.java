package io.agentlaunchpad.spring.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as RFC 3339 writes them, which is what a {@code date-time} of JSON Schema is: all of them, and nothing else. */
final class DateTime {

    private static final Pattern FORM =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[Tt]([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)"
                    + "(?:\\.(\\d+))?(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

    private static final int NANOS = 9;

    private DateTime() {}

    /**
     * Reads one. A leap second is the one after it; of a fraction, nanoseconds count.
     *
     * @throws DateTimeException where the text is none
     */
    static Instant parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new DateTimeException("no date-time of RFC 3339");
        }
        String fraction = parts.group(5) == null ? "" : parts.group(5);
        int offset = parts.group(6) == null ? 0 : seconds(parts.group(7), parts.group(8), "0");
        return LocalDate.parse(parts.group(1))
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .plusSeconds(seconds(parts.group(2), parts.group(3), parts.group(4)))
                .minusSeconds("-".equals(parts.group(6)) ? -offset : offset)
                .plusNanos(Long.parseLong((fraction + "0".repeat(NANOS)).substring(0, NANOS)));
    }

    private static int seconds(String hours, String minutes, String seconds) {
        return (Integer.parseInt(hours) * 60 + Integer.parseInt(minutes)) * 60 + Integer.parseInt(seconds);
    }
}
