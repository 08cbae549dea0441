package io.agentlaunchpad.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What secrets and settings may be called, and which names and values are secrets by their look, where no plugin
 * metadata says so.
 */
public final class SecretNames {

    static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    /** What the launcher or the operating system sets; a secret of that name would break the agent. */
    private static final Set<String> RESERVED = Set.of(
            "PATH",
            "HOME",
            "NODE_OPTIONS",
            "NODE_PATH",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "SERVER_PORT",
            "SERVER_HOST",
            "ELIZA_DATA_DIR",
            "PGLITE_DATA_DIR");

    private static final Set<String> WORDS = Set.of(
            "KEY",
            "APIKEY",
            "TOKEN",
            "SECRET",
            "SECRETS",
            "PASSWORD",
            "PASSWD",
            "PASSPHRASE",
            "PWD",
            "CREDENTIAL",
            "CREDENTIALS",
            "MNEMONIC",
            "SEED",
            "AUTH",
            "AUTHORIZATION",
            "BEARER",
            "COOKIE",
            "COOKIES");

    private static final Pattern WORD_BREAK = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");

    /** Keys of well-known shapes, and addresses with a password in them. */
    private static final Pattern SHAPE = Pattern.compile("\\bsk-[A-Za-z0-9_-]{16,}"
            + "|\\bgh[pousr]_[A-Za-z0-9]{20,}"
            + "|\\bgithub_pat_[A-Za-z0-9_]{20,}"
            + "|\\bglpat-[A-Za-z0-9_-]{16,}"
            + "|\\bxox[abposr]-[A-Za-z0-9-]{10,}"
            + "|\\bAKIA[0-9A-Z]{16}\\b"
            + "|\\bAIza[0-9A-Za-z_-]{30,}"
            + "|\\bgsk_[A-Za-z0-9]{20,}"
            + "|\\bnpm_[A-Za-z0-9]{30,}"
            // From the first beginning in a run of such characters, and never back: each is looked at once or twice.
            + "|(?<![A-Za-z0-9_-])(?>eyJ|[A-Za-z0-9_-]*?-eyJ)[A-Za-z0-9_-]{8,}+\\.eyJ[A-Za-z0-9_-]{8,}+\\."
            + "|\\b[0-9]{8,10}:[A-Za-z0-9_-]{35}\\b"
            + "|-----BEGIN [A-Z ]{0,30}PRIVATE KEY"
            + "|[a-z][a-z0-9+.-]{1,20}://[^\\s/@:]{0,200}:[^\\s/@]{1,200}@");

    /** What every shape above contains; looking for these first is many times faster. */
    private static final List<String> MARKS = List.of(
            ":",
            "sk-",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "xox",
            "AKIA",
            "AIza",
            "gsk_",
            "npm_",
            "eyJ",
            "PRIVATE KEY");

    private SecretNames() {}

    /** Whether a secret may have this name: an environment variable that is not the launcher's own. */
    public static boolean legal(String name) {
        return FORM.matcher(name).matches() && !reserved(name);
    }

    /** Whether a setting may have this name: letters, digits, {@code _ . -}, at most 128, not the launcher's own. */
    public static boolean legalSetting(String name) {
        return Names.SETTING.matcher(name).matches() && !reserved(name);
    }

    static boolean reserved(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return RESERVED.contains(upper) || upper.startsWith("LAUNCHPAD_");
    }

    /** Whether a setting of this name is a secret unless its plugin says otherwise: one of its words is KEY, TOKEN, … */
    public static boolean nameLooksSecret(String name) {
        return Arrays.stream(WORD_BREAK.split(name))
                .map(word -> word.toUpperCase(Locale.ROOT))
                .anyMatch(word -> WORDS.contains(word) || (word.length() > 6 && word.endsWith("APIKEY")));
    }

    /** Whether the value has the shape of a well-known kind of key. */
    public static boolean valueLooksSecret(String value) {
        return value.length() >= 8
                && MARKS.stream().anyMatch(value::contains)
                && SHAPE.matcher(value).find();
    }
}
