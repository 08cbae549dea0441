package io.agentlaunchpad.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code pluginConfigs} must be like: settings of plugins that are there, no secret among them, no two meanings. */
final class SettingRules {

    private final AgentDraft draft;
    private final PluginCatalog catalog;
    private final boolean looks;
    private final Problems problems;

    private SettingRules(AgentDraft draft, PluginCatalog catalog, boolean looks, Problems problems) {
        this.draft = draft;
        this.catalog = catalog;
        this.looks = looks;
        this.problems = problems;
    }

    static void check(AgentDraft draft, PluginCatalog catalog, boolean looks, Problems problems) {
        SettingRules rules = new SettingRules(draft, catalog, looks, problems);
        Set<String> plugins = PluginRules.selected(draft).stream()
                .map(PluginRef::name)
                .filter(name -> Names.packageFault(name) == null)
                .collect(Collectors.toSet());
        draft.settings.forEach((plugin, settings) -> {
            String path = Paths.member("$.pluginConfigs", plugin);
            rules.selected(path, plugin, plugins);
            Texts.count(path, settings.entrySet(), Limits.SETTINGS, problems);
            settings.forEach((name, value) -> rules.setting(Paths.member(path, name), plugin, name, value));
        });
        draft.waived.forEach(
                (plugin, names) -> rules.selected(Paths.member("$.pluginConfigs", plugin), plugin, plugins));
        rules.oneMeaning();
    }

    private void selected(String path, String plugin, Set<String> plugins) {
        if (plugins.contains(plugin) || problems.full()) {
            return;
        }
        String fix = Nearest.to(plugin, plugins)
                .map(name -> "write \"" + name + "\", or select it.")
                .orElse("select it too, or remove its settings.");
        problems.add(path, "The plugin " + Shown.quoted(plugin) + " is not selected.", fix);
    }

    private void setting(String path, String plugin, String name, JsonValue value) {
        JsonValue before = draft.accepted.getOrDefault(plugin, Map.of()).get(name);
        if (value.equals(before) && catalog.declared(plugin, name).isEmpty()) {
            return;
        }
        Optional<SettingInfo> declared = catalog.declared(plugin, name);
        boolean secret = declared.map(SettingInfo::sensitive)
                .orElse(looks && SecretNames.nameLooksSecret(name) && !(value instanceof JsonValue.Bool));
        if (!Names.SETTING.matcher(name).matches()) {
            problems.add(
                    path,
                    "The setting's name " + Shown.quoted(name) + " is not allowed.",
                    "use letters, digits, _, . and -, at most 128.");
        } else if (SecretNames.reserved(name)) {
            problems.add(path, "The setting " + name + " is the launcher's own.", "remove it.");
        } else if (secret) {
            problems.add(
                    path,
                    "The setting " + name + " is a secret (***).",
                    "pass it in Secrets: Secrets.of(\"" + name + "\", value).");
        } else {
            value(path, name, value);
            declared.ifPresent(info -> type(path, info, value));
            unknown(path, plugin, name, declared.isPresent());
        }
    }

    private void value(String path, String name, JsonValue value) {
        if (value instanceof JsonValue.Text text) {
            boolean fine = Texts.check(path, text.value(), Limits.SETTING, problems);
            if (fine && SecretNames.valueLooksSecret(text.value())) {
                problems.add(
                        path,
                        "The value of " + Shown.quoted(name) + " looks like a secret (***).",
                        "pass it in Secrets under the setting's name.");
            }
        } else if (value instanceof JsonValue.Arr arr) {
            for (int i = 0; i < arr.items().size() && !problems.full(); i++) {
                value(Paths.item(path, i), name, arr.items().get(i));
            }
        } else if (value instanceof JsonValue.Obj obj) {
            obj.members().forEach((key, member) -> {
                String place = Paths.member(path, key);
                Texts.check(place, key, Limits.WORD, problems);
                if (member instanceof JsonValue.Text text
                        && !text.value().isEmpty()
                        && SecretNames.nameLooksSecret(key)) {
                    problems.add(
                            place,
                            "The value of " + Shown.quoted(key) + " looks like a secret (***).",
                            "remove it here and pass it in Secrets under a name of its own.");
                } else {
                    value(place, key, member);
                }
            });
        } else if (value == JsonValue.Null.NULL) {
            problems.add(path, "It is null.", "remove it, or write a value.");
        }
    }

    /** Plugins read settings as texts and convert them, so a text always passes. */
    private void type(String path, SettingInfo info, JsonValue value) {
        boolean right = switch (info.type()) {
            case "number" -> value instanceof JsonValue.Num;
            case "boolean" -> value instanceof JsonValue.Bool;
            default -> true;
        };
        if (!right && !(value instanceof JsonValue.Text)) {
            problems.warn(
                    path,
                    "The plugin expects a " + info.type() + ", this is " + Shown.kind(value) + ".",
                    "write a " + info.type() + ".");
        }
    }

    private void unknown(String path, String plugin, String name, boolean declared) {
        Optional<PluginInfo> info =
                catalog.find(plugin).filter(known -> !known.settings().isEmpty());
        if (!declared && info.isPresent() && !problems.full()) {
            Set<String> known =
                    info.get().settings().stream().map(SettingInfo::name).collect(Collectors.toSet());
            problems.warn(
                    path,
                    plugin + " does not declare the setting " + Shown.quoted(name) + ".",
                    Nearest.to(name, known)
                            .map(word -> "did you mean " + word + "?")
                            .orElse("check the name; it is passed on."));
        }
    }

    /** The agent sees one flat list of settings, so two plugins cannot give one name two values. */
    private void oneMeaning() {
        Map<String, JsonValue> values = new HashMap<>();
        draft.channels()
                .discordApplicationId()
                .ifPresent(id -> values.put(Channels.DISCORD_APPLICATION, new JsonValue.Text(id)));
        draft.settings.forEach((plugin, settings) -> settings.forEach((name, value) -> {
            JsonValue other = values.putIfAbsent(name, value);
            String path = Paths.member(Paths.member("$.pluginConfigs", plugin), name);
            if (other != null && !other.equals(value)) {
                problems.add(
                        path,
                        "The setting " + name + " has another value elsewhere; an agent has one.",
                        "write the same value in both places.");
            }
            if (draft.secretNames.contains(name) || draft.secretRefs.containsKey(name)) {
                problems.add(path, "The setting " + name + " is among the secrets, too.", "keep one of the two.");
            }
        }));
    }
}
