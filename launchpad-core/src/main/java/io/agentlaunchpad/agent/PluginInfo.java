package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one plugin.
 *
 * @param name npm package name
 * @param version the version this describes, or null
 * @param rank where it stands in the order of loading; lower first, see {@link PluginCatalog}
 * @param category what it is for
 * @param embeddings whether it can turn text into embeddings
 * @param settings what can be set, in the plugin's order
 */
public record PluginInfo(
        String name,
        @Nullable String version,
        int rank,
        Category category,
        boolean embeddings,
        List<SettingInfo> settings) {

    /** The place of a plugin nobody knows: after the model providers, before the platforms. */
    public static final int UNKNOWN_RANK = 40;

    /** What a plugin is for. */
    public enum Category {
        /** Keeps the agent's memory; every agent has it. */
        DATABASE,
        /** Reaches a language model. */
        MODEL,
        /** Looks things up in documents. */
        KNOWLEDGE,
        /** Gives the agent tools. */
        TOOLS,
        /** Keeps a bot account on a chat platform: such an agent has one replica. */
        CHANNEL,
        /** The message loop; every agent has it. */
        BASE,
        /** Anything else. */
        OTHER
    }

    public PluginInfo {
        settings = List.copyOf(settings);
    }

    /** One setting by its name. */
    public Optional<SettingInfo> setting(String setting) {
        return settings.stream().filter(info -> info.name().equals(setting)).findFirst();
    }

    /**
     * Reads what a published plugin says about itself.
     *
     * @param packageJson its package.json; {@code agentConfig} may be absent, then it declares no settings
     * @throws InvalidAgentException when it is no JSON object with a name
     */
    public static PluginInfo fromPackageJson(String packageJson) {
        Problems problems = new Problems();
        JsonValue json = JsonReader.read(packageJson, problems);
        problems.orThrow();
        if (!(json instanceof JsonValue.Obj root) || !(root.get("name") instanceof JsonValue.Text name)) {
            problems.add("$.name", "The package.json has no name.", "pass a plugin's own package.json.");
            throw new InvalidAgentException(problems.list());
        }
        String version = root.get("version") instanceof JsonValue.Text text ? text.value() : null;
        return new PluginInfo(name.value(), version, UNKNOWN_RANK, Category.OTHER, false, parameters(root));
    }

    private static List<SettingInfo> parameters(JsonValue.Obj root) {
        List<SettingInfo> settings = new ArrayList<>();
        if (root.get("agentConfig") instanceof JsonValue.Obj config
                && config.get("pluginParameters") instanceof JsonValue.Obj parameters) {
            parameters.members().forEach((setting, facts) -> {
                if (facts instanceof JsonValue.Obj obj) {
                    settings.add(setting(setting, obj));
                }
            });
        }
        return settings;
    }

    /** Lenient: authors write these by hand. What does not say whether it is sensitive is judged by its name. */
    static SettingInfo setting(String name, JsonValue.Obj facts) {
        String type = facts.get("type") instanceof JsonValue.Text text ? text.value() : "string";
        String description = facts.get("description") instanceof JsonValue.Text text ? text.value() : "";
        boolean required = facts.get("required") instanceof JsonValue.Bool bool && bool.value();
        boolean sensitive = facts.get("sensitive") instanceof JsonValue.Bool bool
                ? bool.value()
                : SecretNames.nameLooksSecret(name);
        return new SettingInfo(name, type, description, required, sensitive, plain(facts.get("default")));
    }

    private static @Nullable String plain(@Nullable JsonValue json) {
        if (json instanceof JsonValue.Text text) {
            return text.value();
        } else if (json instanceof JsonValue.Num num) {
            return num.toString();
        }
        return json instanceof JsonValue.Bool bool ? Boolean.toString(bool.value()) : null;
    }
}
