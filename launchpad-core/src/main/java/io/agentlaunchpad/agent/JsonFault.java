package io.agentlaunchpad.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a JSON parser's complaint into advice, without repeating the words it found (they may be a secret). */
final class JsonFault {

    /** What the parser's message contains → advice. Only a hint: an unknown message gives the general one. */
    private static final Map<String, String> HINTS = new LinkedHashMap<>();

    static {
        HINTS.put("end-of-input", "the text ends too early: close every quote, bracket and brace.");
        HINTS.put("Unexpected end", "the text ends too early: close every quote, bracket and brace.");
        HINTS.put("Non-standard token", "JSON has no NaN and no Infinity: write a finite number or a text.");
        HINTS.put("Illegal unquoted character", "write line breaks inside a string as \\n and tabs as \\t.");
        HINTS.put("Unrecognized character escape", "write a backslash inside a string as \\\\.");
        HINTS.put("Leading zero", "write the number without leading zeros, or as a text.");
        HINTS.put("eading zeroes", "write the number without leading zeros, or as a text.");
        HINTS.put("to start field name", "put keys in double quotes, and no comma before a closing brace.");
        HINTS.put("start property name", "put keys in double quotes, and no comma before a closing brace.");
        HINTS.put("Unrecognized token", "put texts in double quotes; the bare words are true, false and null.");
        HINTS.put("comment", "JSON has no comments: remove it.");
        HINTS.put("was expecting comma", "put a comma between the members.");
        HINTS.put("Unexpected character", "a quote, comma or bracket is missing or too many just before that place.");
    }

    private JsonFault() {}

    static String fix(@Nullable String message) {
        for (Map.Entry<String, String> hint : HINTS.entrySet()) {
            if (message != null && message.contains(hint.getKey())) {
                return hint.getValue();
            }
        }
        return "correct the JSON at that place.";
    }
}
