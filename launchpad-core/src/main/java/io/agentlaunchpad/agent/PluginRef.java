package io.agentlaunchpad.agent;

import org.jspecify.annotations.Nullable;

/**
 * A plugin as selected: a package name, perhaps with an exact version.
 *
 * @param name npm package name, such as {@code @elizaos/plugin-openai}
 * @param version exact version, or null for the one Launchpad ships or resolves
 */
public record PluginRef(String name, @Nullable String version) {

    /** Reads {@code name} or {@code name@version}. */
    public static PluginRef parse(String text) {
        int at = text.indexOf('@', 1);
        return at < 0 ? new PluginRef(text, null) : new PluginRef(text.substring(0, at), text.substring(at + 1));
    }

    /** Whether the text is an npm package name, alone or with {@code @} and one exact version. */
    public static boolean legal(String text) {
        PluginRef ref = parse(text);
        return PluginRules.fault(text, ref) == null;
    }

    @Override
    public String toString() {
        return version == null ? name : name + "@" + version;
    }
}
