package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.Channels;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.agent.SecretNames;
import io.agentlaunchpad.character.CharacterImport.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A character's settings and secrets. ElizaOS has one flat map of settings, a configuration has one per plugin: a setting
 * goes to the plugin that declares it, one that none declares to a plugin nobody knows, or to bootstrap, which every
 * agent has. The agent sees the same flat map again.
 */
final class SettingConversion {

    private final JsonValue.Obj character;
    private final Format format;
    private final PluginCatalog catalog;
    private final Notes notes;
    private final Map<String, Object> secrets = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> configs = new LinkedHashMap<>();
    private final List<PluginInfo> known = new ArrayList<>();
    private String stranger = PluginCatalog.BOOTSTRAP;

    SettingConversion(JsonValue.Obj character, Format format, PluginCatalog catalog, Notes notes) {
        this.character = character;
        this.format = format;
        this.catalog = catalog;
        this.notes = notes;
    }

    void convert(Set<String> selected, Map<String, Object> channels, Map<String, Object> out) {
        List<String> plugins = new ArrayList<>(selected);
        channels.keySet().forEach(word -> plugins.add("@elizaos/plugin-" + word));
        plugins.forEach(name -> catalog.find(name).ifPresent(known::add));
        plugins.stream()
                .filter(name -> catalog.find(name).isEmpty())
                .findFirst()
                .ifPresent(name -> stranger = name);
        members("$.settings", character.get("settings"))
                .forEach((name, json) -> setting("$.settings." + name, name, json));
        members("$.secrets", character.get("secrets")).forEach((name, json) -> secret("$.secrets." + name, name, json));
        // A name that is both is a secret.
        configs.values().forEach(settings -> settings.keySet().removeAll(secrets.keySet()));
        applicationId(channels);
        if (secrets.containsKey(Database.URL_SECRET)) {
            out.put("database", Map.of("kind", Database.POSTGRESQL.wire()));
        }
        out.put("pluginConfigs", configs);
        out.put("secrets", secrets);
    }

    private void setting(String path, String name, JsonValue json) {
        if (name.equals("secrets") && json instanceof JsonValue.Obj obj) {
            obj.members().forEach((key, value) -> secret(path + "." + key, key, value));
            return;
        }
        String plugin = known.stream()
                .filter(info -> info.setting(name).isPresent())
                .map(PluginInfo::name)
                .findFirst()
                .orElse(null);
        if (json == JsonValue.Null.NULL || json.equals(new JsonValue.Text(""))) {
            notes.dropped(path, "it has no value.");
        } else if (catalog.secret(plugin == null ? "" : plugin, name, json)) {
            secret(path, name, json);
        } else if (plugin == null && format == Format.ELIZA_0) {
            notes.dropped(path, "no selected plugin of 1.x declares this setting.");
        } else if (!SecretNames.legalSetting(name)) {
            notes.dropped(path, "a setting cannot have this name.");
        } else {
            String owner = plugin == null ? stranger : plugin;
            configs.computeIfAbsent(owner, key -> new LinkedHashMap<>()).put(name, clean(path, json));
        }
    }

    private void secret(String path, String name, JsonValue json) {
        String value = json instanceof JsonValue.Text text ? text.value() : scalar(json);
        if (value == null || value.isBlank()) {
            notes.dropped(path, "the secret has no value: pass it when you launch.");
        } else if (!SecretNames.legal(name)) {
            notes.dropped(path, "a secret cannot have this name.");
        } else if (name.equals(Database.URL_SECRET) && !value.matches("(?s)postgres(?:ql)?://.+")) {
            notes.dropped(path, "it is no PostgreSQL address.");
        } else {
            secrets.put(name, value);
            notes.converted(path, "it became the secret " + name + "; its value is not in the configuration.");
        }
    }

    /** Discord's id belongs to its channel. */
    private void applicationId(Map<String, Object> channels) {
        Map<String, Object> settings = configs.getOrDefault("@elizaos/plugin-discord", Map.of());
        if (channels.containsKey("discord")
                && settings.get(Channels.DISCORD_APPLICATION) instanceof JsonValue.Text id
                && id.value().matches("[0-9]{15,22}")) {
            channels.put("discord", Map.of("applicationId", id.value()));
            notes.converted("$.settings." + Channels.DISCORD_APPLICATION, "it stands with the channel discord.");
        }
    }

    /** Without nulls, and without secrets that hide in nested objects. */
    private JsonValue clean(String path, JsonValue json) {
        if (json instanceof JsonValue.Obj obj) {
            Map<String, JsonValue> out = new LinkedHashMap<>();
            obj.members().forEach((key, value) -> {
                String place = path + "." + key;
                if (value == JsonValue.Null.NULL) {
                    notes.dropped(place, "it has no value.");
                } else if (value instanceof JsonValue.Text && catalog.secret("", key, value)) {
                    notes.dropped(
                            place, "it is a secret inside a setting: pass it as a secret under a name of its own.");
                } else {
                    out.put(key, clean(place, value));
                }
            });
            return new JsonValue.Obj(out);
        } else if (json instanceof JsonValue.Arr arr) {
            return new JsonValue.Arr(arr.items().stream()
                    .filter(item -> item != JsonValue.Null.NULL)
                    .map(item -> clean(path, item))
                    .toList());
        }
        return json;
    }

    private Map<String, JsonValue> members(String path, @Nullable JsonValue json) {
        if (json instanceof JsonValue.Obj obj) {
            return obj.members();
        }
        if (json != null && json != JsonValue.Null.NULL) {
            notes.dropped(path, "it is not an object.");
        }
        return Map.of();
    }

    private static @Nullable String scalar(JsonValue json) {
        if (json instanceof JsonValue.Num num) {
            return num.toString();
        }
        return json instanceof JsonValue.Bool bool ? Boolean.toString(bool.value()) : null;
    }
}
