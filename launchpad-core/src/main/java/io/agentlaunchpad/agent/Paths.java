package io.agentlaunchpad.agent;

import java.util.regex.Pattern;

/** JSON paths as people read them: {@code $.pluginConfigs["@elizaos/plugin-openai"].OPENAI_API_KEY}. */
final class Paths {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private Paths() {}

    static String member(String path, String key) {
        return PLAIN.matcher(key).matches() && (key.length() < 16 || !SecretNames.valueLooksSecret(key))
                ? path + "." + key
                : path + "[" + Shown.quoted(key) + "]";
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }
}
