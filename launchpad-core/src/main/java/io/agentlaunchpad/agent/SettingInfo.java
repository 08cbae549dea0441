package io.agentlaunchpad.agent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin says about one of its settings, in {@code agentConfig.pluginParameters} of its package.json.
 *
 * @param name the setting, which is also its environment variable
 * @param type {@code string}, {@code number}, {@code boolean}, or what the plugin wrote
 * @param description for people; may be empty
 * @param required whether the plugin cannot do its work without it
 * @param sensitive whether it is a secret
 * @param fallback what the plugin uses when it is absent, or null
 */
public record SettingInfo(
        String name,
        String type,
        String description,
        boolean required,
        boolean sensitive,
        @Nullable String fallback) {

    /** What the plugin uses when the setting is absent. */
    public Optional<String> orElseUses() {
        return Optional.ofNullable(fallback).filter(text -> !text.isEmpty());
    }
}
