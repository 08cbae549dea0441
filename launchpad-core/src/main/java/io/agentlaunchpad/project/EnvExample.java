package io.agentlaunchpad.project;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.agent.SettingInfo;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The settings that an agent knows, by plugin: names and what they are for, never a value. */
final class EnvExample {

    private final StringBuilder out = new StringBuilder();
    private final Set<String> told = new TreeSet<>();
    private final Set<String> inCharacter;

    private EnvExample(AgentSpec spec) {
        this.inCharacter = spec.characterSettings().keySet();
    }

    static String of(AgentSpec spec, Lock lock) {
        return new EnvExample(spec).write(spec, lock.catalog());
    }

    private String write(AgentSpec spec, PluginCatalog catalog) {
        if (spec.database() == Database.POSTGRESQL) {
            setting(
                    Database.URL_SECRET,
                    true,
                    true,
                    "postgres://USER:PASSWORD@HOST/DATABASE, with the vector extension");
        }
        for (PluginRef plugin : spec.effectivePlugins()) {
            List<SettingInfo> settings =
                    catalog.find(plugin.name()).map(info -> info.settings()).orElse(List.of());
            if (settings.stream().anyMatch(setting -> !told.contains(setting.name()))) {
                section(plugin.name());
                settings.forEach(this::setting);
            }
        }
        Set<String> more = new TreeSet<>(spec.secretNames());
        more.addAll(spec.secretRefs().keySet());
        more.removeAll(told);
        if (!more.isEmpty()) {
            section("Other secrets of this agent");
            more.forEach(name -> setting(name, true, true, ""));
        }
        return ProjectResources.text("env.example.txt").replace("{{settings}}\n", out.toString());
    }

    private void setting(SettingInfo info) {
        String description = info.description().replaceAll("\\s+", " ").strip();
        String fallback = info.sensitive() ? "" : info.orElseUses().orElse("");
        String note = description
                + (fallback.isEmpty() ? "" : (description.isEmpty() ? "" : "; ") + fallback + " when absent");
        setting(info.name(), info.required(), info.sensitive(), note);
    }

    /** A required setting stands ready to be filled in; an optional one is a comment: empty is not always absent. */
    private void setting(String name, boolean required, boolean secret, String note) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || !told.add(name)) {
            return;
        }
        boolean given = inCharacter.contains(name);
        String kind = (required ? "required" : "optional")
                + (secret ? ", secret" : "")
                + (given ? ", set in character.json" : "");
        line("# " + kind + (note.isEmpty() ? "" : ": " + note.replaceAll("\\s+", " ")));
        line(required && !given ? name + "=" : "# " + name + "=");
    }

    private void section(String title) {
        line("# " + title);
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
