package io.agentlaunchpad.agent;

import java.util.regex.Pattern;

/** What a secret's name and value must be like; no message shows a value. */
final class SecretRules {

    static final int LONGEST = 65_536;

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "\\$\\{[^}]{0,100}}|\\{\\{.{0,100}}}|<[^<>]{1,100}>|(?:your|my)[-_ ].{0,60}|change[-_ ]?me|todo|xxx+|\\.{3}|…",
            Pattern.CASE_INSENSITIVE);

    /** Keys in PEM, and JSON. */
    private static final Pattern MULTI_LINE = Pattern.compile("\\s*(?:-----BEGIN |[{\\[])");

    private SecretRules() {}

    static void name(String path, String name, Problems problems) {
        if (!SecretNames.FORM.matcher(name).matches()) {
            problems.add(
                    path,
                    "The secret's name " + Shown.quoted(name) + " is not the name of an environment variable.",
                    "use letters, digits and _, at most 128, not a digit first.");
        } else if (SecretNames.reserved(name)) {
            problems.add(path, "The name " + name + " is the launcher's own.", "give the secret another name.");
        }
    }

    static void check(String path, String name, String value, Problems problems) {
        if (value.isEmpty()) {
            problems.add(path, "The secret is empty.", "leave it out to keep it, or write null to remove it.");
        } else if (value.length() > LONGEST) {
            problems.add(path, "The secret has " + value.length() + " characters.", "use at most " + LONGEST + ".");
        } else if (value.chars().anyMatch(c -> c == 0 || Texts.forbidden(c)) || Texts.loneSurrogate(value)) {
            problems.add(path, "The secret holds a control character or half a character.", "copy the value anew.");
        } else if (name.equals(Database.URL_SECRET) && !value.matches("(?s)postgres(?:ql)?://.+")) {
            problems.add(
                    path,
                    "The secret POSTGRES_URL is no PostgreSQL address.",
                    "write postgres://user:password@host/database.");
        } else if (PLACEHOLDER.matcher(value).matches()) {
            problems.warn(
                    path, "The secret looks like a placeholder.", "write the real value; variables are not expanded.");
        } else if (value.strip().lines().count() > 1
                && !MULTI_LINE.matcher(value).lookingAt()) {
            problems.warn(
                    path, "The secret holds a line break.", "write it on one line unless the break belongs there.");
        } else if (!value.strip().equals(value)) {
            problems.warn(path, "The secret begins or ends with white space.", "remove it unless it belongs there.");
        }
    }
}
