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

    static Map<String, PluginInfo> read(Json json) {
        Map<String, PluginInfo> plugins = new LinkedHashMap<>();
        for (Json item : list(obj(json), "plugins")) {
            PluginInfo plugin = plugin(obj(item));
            plugins.put(plugin.name(), plugin);
        }
        return plugins;
    }

    private static PluginInfo plugin(Json.Obj plugin) {
        List<SettingInfo> settings = new ArrayList<>();
        for (Json item : list(plugin, "settings")) {
            settings.add(PluginInfo.setting(text(obj(item), "name"), obj(item)));
        }
        int rank = plugin.get("rank") instanceof Json.Num num ? (int) num.value() : PluginInfo.UNKNOWN_RANK;
        return new PluginInfo(
                text(plugin, "name"),
                text(plugin, "version"),
                rank,
                category(text(plugin, "category")),
                plugin.get("embeddings") instanceof Json.Bool bool && bool.value(),
                settings);
    }

    private static Category category(String word) {
        return Category.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Json.Obj obj(@Nullable Json json) {
        if (json instanceof Json.Obj obj) {
            return obj;
        }
        throw new IllegalStateException("The plugin table is damaged. Fix: build launchpad-core anew.");
    }

    private static List<Json> list(Json.Obj obj, String key) {
        return obj.get(key) instanceof Json.Arr arr ? arr.items() : List.of();
    }

    private static String text(Json.Obj obj, String key) {
        if (obj.get(key) instanceof Json.Text text) {
            return text.value();
        }
        throw new IllegalStateException("The plugin table lacks " + key + ". Fix: build launchpad-core anew.");
    }
}
