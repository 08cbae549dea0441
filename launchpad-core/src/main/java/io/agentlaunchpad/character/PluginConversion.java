package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.character.CharacterImport.Format;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Model provider, clients and plugins become selected plugins and channels. */
final class PluginConversion {

    private static final String PREFIX = "@elizaos/plugin-";
    private static final Set<String> WEB = Set.of("direct", "rest", "web", "auto");

    private final JsonValue.Obj character;
    private final Format format;
    private final PluginCatalog catalog;
    private final LegacyNames legacy;
    private final Notes notes;
    private final Map<String, String> selected = new LinkedHashMap<>();
    private final Map<String, Object> channels = new LinkedHashMap<>();

    PluginConversion(JsonValue.Obj character, Format format, PluginCatalog catalog, Notes notes) {
        this.character = character;
        this.format = format;
        this.catalog = catalog;
        this.legacy = new LegacyNames(catalog);
        this.notes = notes;
    }

    void convert(Map<String, Object> out) {
        provider(character.get("modelProvider"));
        each("$.clients", character.get("clients"), this::client);
        each("$.plugins", character.get("plugins"), this::plugin);
        out.put("selectedPlugins", List.copyOf(selected.values()));
        new SettingConversion(character, format, catalog, notes).convert(selected.keySet(), channels, out);
        out.put("platforms", channels);
    }

    private void provider(@Nullable JsonValue json) {
        if (json instanceof JsonValue.Text text && !text.value().isBlank()) {
            Optional<String> plugin = legacy.provider(text.value());
            plugin.ifPresent(name -> {
                select(name);
                boolean alone = !catalog.find(name).map(PluginInfo::embeddings).orElse(true);
                notes.converted(
                        "$.modelProvider",
                        "it became the plugin " + name + "."
                                + (alone ? " It makes no embeddings: select one that does, too." : ""));
            });
            if (plugin.isEmpty()) {
                notes.dropped("$.modelProvider", "no plugin is known for it: select one that reaches your model.");
            }
        } else if (json != null) {
            notes.dropped("$.modelProvider", "it names no provider.");
        }
    }

    private void client(String path, String client) {
        if (WEB.contains(client.toLowerCase(Locale.ROOT))) {
            notes.converted(path, "the message API is always there.");
            return;
        }
        legacy.client(client)
                .ifPresentOrElse(
                        name -> channel(path, name),
                        () -> notes.dropped(
                                path, "no plugin is known for this client: select one of 1.x if there is."));
    }

    private void plugin(String path, String text) {
        PluginRef plugin = PluginRef.parse(text);
        boolean old = format == Format.ELIZA_0;
        String name = old ? legacy.plugin(plugin.name()).orElse("") : plugin.name();
        if (name.isEmpty()) {
            notes.dropped(path, "a plugin of 0.x does not run in 1.x: select its 1.x version if there is one.");
        } else if (name.equals(PluginCatalog.SQL) || name.equals(PluginCatalog.BOOTSTRAP)) {
            notes.converted(path, "every agent has this plugin.");
        } else if (!PluginRef.legal(old ? name : text)) {
            notes.dropped(path, "it is not an npm package name with or without an exact version.");
        } else if (catalog.find(name)
                .filter(info -> info.category() == PluginInfo.Category.CHANNEL)
                .isPresent()) {
            channel(path, name);
            if (!old && plugin.version() != null) {
                select(text);
            }
        } else {
            select(old ? name : text);
        }
    }

    private void channel(String path, String name) {
        String word = name.substring(PREFIX.length());
        if (word.equals("discord") || word.equals("telegram")) {
            channels.putIfAbsent(word, new LinkedHashMap<String, Object>());
            notes.converted(path, "it became the channel " + word + ".");
        } else {
            select(name);
            notes.converted(path, "it became the plugin " + name + ".");
        }
    }

    private void select(String text) {
        selected.putIfAbsent(PluginRef.parse(text).name(), text);
    }

    private void each(String path, @Nullable JsonValue json, BiConsumer<String, String> item) {
        List<JsonValue> items =
                json instanceof JsonValue.Arr arr ? arr.items() : json == null ? List.of() : List.of(json);
        for (int i = 0; i < items.size(); i++) {
            String place = path + "[" + i + "]";
            if (items.get(i) instanceof JsonValue.Text text && !text.value().isBlank()) {
                item.accept(place, text.value().trim());
            } else {
                notes.dropped(place, "it is not a name.");
            }
        }
    }
}
