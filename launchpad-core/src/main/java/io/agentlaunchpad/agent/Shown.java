package io.agentlaunchpad.agent;

/** A caller's value as it may stand in a message: short, one line, and masked where it could be a secret. */
final class Shown {

    static final String MASK = "***";

    private static final int LONGEST = 60;

    private Shown() {}

    static String of(JsonValue json) {
        if (json instanceof JsonValue.Text text) {
            return quoted(text.value());
        } else if (json instanceof JsonValue.Obj) {
            return "an object";
        } else if (json instanceof JsonValue.Arr) {
            return "a list";
        } else if (json instanceof JsonValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        return json instanceof JsonValue.Num num ? num.toString() : "null";
    }

    /** What the value is, without the value. */
    static String kind(JsonValue json) {
        if (json instanceof JsonValue.Text) {
            return "a text";
        } else if (json instanceof JsonValue.Num) {
            return "a number";
        } else if (json instanceof JsonValue.Bool) {
            return "true or false";
        }
        return of(json);
    }

    static String quoted(String text) {
        return "\"" + brief(text) + "\"";
    }

    static String brief(String text) {
        if (SecretNames.valueLooksSecret(text.substring(0, Math.min(text.length(), 1_000)))) {
            return MASK;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE || c == '"' || c == '\\') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST ? out + "…" : out.toString();
    }
}
