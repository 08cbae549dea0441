package io.agentlaunchpad.agent;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/** Rules for free texts and lists of them. Lengths count characters as people do (Unicode code points). */
final class Texts {

    private Texts() {}

    /** Control characters other than tab, line feed and carriage return. */
    static boolean forbidden(int c) {
        return Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
    }

    static boolean loneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    /** A text of at most so many characters, without control characters; it may be empty. Says whether it is one. */
    static boolean check(String path, String text, int longest, Problems problems) {
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            problems.add(path, "The text has " + length + " characters.", "use at most " + longest + ".");
            return false;
        }
        OptionalInt wrong = text.codePoints()
                .filter(c -> forbidden(c) || Character.getType(c) == Character.SURROGATE)
                .findFirst();
        wrong.ifPresent(c -> problems.add(
                path,
                String.format(
                        "The text holds U+%04X, %s.",
                        c, forbidden(c) ? "a control character" : "half of a surrogate pair"),
                "remove it."));
        return wrong.isEmpty();
    }

    /** A text as above that says something. */
    static void filled(String path, String text, int longest, Problems problems) {
        if (text.isBlank()) {
            if (!problems.at(path)) {
                problems.add(path, "The text is empty.", "write something, or remove it.");
            }
        } else {
            check(path, text, longest, problems);
        }
    }

    static void list(String path, List<String> texts, int most, int longest, Problems problems) {
        count(path, texts, most, problems);
        for (int i = 0; i < texts.size() && !problems.full(); i++) {
            filled(Paths.item(path, i), texts.get(i), longest, problems);
        }
    }

    static void count(String path, Collection<?> items, int most, Problems problems) {
        if (items.size() > most) {
            problems.add(path, "The list has " + items.size() + " entries.", "use at most " + most + ".");
        }
    }
}
