package io.agentlaunchpad.samples.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Durations as people write them: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 500ms}. */
final class Times {

    private Times() {}

    static Duration parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        try {
            Duration parsed = lower.matches("\\d{1,9}ms")
                    ? Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)))
                    : Duration.parse("PT" + (lower.matches("\\d{1,9}") ? lower + "s" : lower));
            if (!parsed.isNegative() && !parsed.isZero() && parsed.compareTo(Duration.ofDays(1)) <= 0) {
                return parsed;
            }
        } catch (DateTimeParseException e) {
            throw new InputException("\"" + text + "\" is not a time.", "write 90s, 5m or 1h30m.");
        }
        throw new InputException("\"" + text + "\" is not a time between 1 ms and a day.", "write 90s, 5m or 1h30m.");
    }
}
