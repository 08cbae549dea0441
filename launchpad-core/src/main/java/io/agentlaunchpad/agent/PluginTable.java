package io.agentlaunchpad.agent;

import io.agentlaunchpad.agent.PluginInfo.Category;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the plugin table that ships in the jar. Its form is ours, so a fault in it is a fault of the build. */
final class PluginTable {

    private PluginTable() {}

    static Map<String, PluginInfo> read(JsonValue json) {
        Map<String, PluginInfo> plugins = new LinkedHashMap<>();
        for (JsonValue item : list(obj(json), "plugins")) {
            PluginInfo plugin = plugin(obj(item));
            plugins.put(plugin.name(), plugin);
        }
        return plugins;
    }

    private static PluginInfo plugin(JsonValue.Obj plugin) {
        List<SettingInfo> settings = new ArrayList<>();
        for (JsonValue item : list(plugin, "settings")) {
            settings.add(PluginInfo.setting(text(obj(item), "name"), obj(item)));
        }
        int rank = plugin.get("rank") instanceof JsonValue.Num num ? (int) num.value() : PluginInfo.UNKNOWN_RANK;
        return new PluginInfo(
                text(plugin, "name"),
                text(plugin, "version"),
                rank,
                category(text(plugin, "category")),
                list(plugin, "models").contains(new JsonValue.Text("TEXT_EMBEDDING")),
                settings);
    }

    private static Category category(String word) {
        return Category.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static JsonValue.Obj obj(@Nullable JsonValue json) {
        if (json instanceof JsonValue.Obj obj) {
            return obj;
        }
        throw new IllegalStateException("The plugin table is damaged. Fix: build launchpad-core anew.");
    }

    private static List<JsonValue> list(JsonValue.Obj obj, String key) {
        return obj.get(key) instanceof JsonValue.Arr arr ? arr.items() : List.of();
    }

    private static String text(JsonValue.Obj obj, String key) {
        if (obj.get(key) instanceof JsonValue.Text text) {
            return text.value();
        }
        throw new IllegalStateException("The plugin table lacks " + key + ". Fix: build launchpad-core anew.");
    }
}
