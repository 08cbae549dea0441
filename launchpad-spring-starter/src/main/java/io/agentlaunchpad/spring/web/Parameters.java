package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Refusal;
import java.time.DateTimeException;
import java.time.Instant;

/** Checks what stands in addresses, headers and bodies. */
final class Parameters {

    /** One line of readable text, as a regular expression of ECMA-262. */
    static final String LINE = "[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u00a0]"
            + "[^\\u0000-\\u001f\\u007f-\\u009f]*";

    private Parameters() {}

    static Refusal invalid(String name, String fix) {
        return new Refusal(400, "INVALID_PARAMETER", "The parameter " + name + " will not do.", fix);
    }

    static int within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(
                    name,
                    most == Integer.MAX_VALUE ? "use " + least + " or more." : "use " + least + " to " + most + ".");
        }
        return value;
    }

    /** A text that people can read and every store can keep: no control characters, no halves of characters. */
    static String text(String name, String value, int least, int most) {
        boolean readable = value.codePoints()
                .allMatch(each -> each == '\n'
                        || each == '\t'
                        || each == '\r'
                        || !(Character.isISOControl(each) || Character.getType(each) == Character.SURROGATE));
        if (value.length() < least || value.length() > most || !readable || (least > 0 && value.isBlank())) {
            throw invalid(name, "use " + least + " to " + most + " characters, and no control characters.");
        }
        return value;
    }

    /** A date-time of RFC 3339. */
    static Instant time(String name, String value) {
        try {
            return DateTime.parse(value);
        } catch (DateTimeException e) {
            throw invalid(name, "use a time such as 2026-01-02T03:04:05Z, or leave it out.");
        }
    }

    static Owner owner(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("owner", "use 1 to 100 characters, and no control characters.");
        }
        return Owner.of(text("owner", text, 1, 100));
    }
}
