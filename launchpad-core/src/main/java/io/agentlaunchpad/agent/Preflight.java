package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an agent has what its plugins need, judged before anything is built: a plugin without its key starts quietly
 * and answers nothing.
 *
 * <p>A setting that a plugin requires counts as present when it is a setting of the spec, a secret that has a value, or
 * a reference; when the plugin has a default for it, its absence is a warning. A required setting can be waived, where
 * the agent is to run without it:
 *
 * <ul>
 *   <li>in the configuration, for every launch of this agent: {@code "pluginConfigs": {"<plugin>": {"<SETTING>": null}}},
 *       or {@link AgentSpec.Builder#waive};
 *   <li>by whoever launches, for one launch: the launch policy's {@code waive("<SETTING>")}.
 * </ul>
 *
 * <p>The address of a PostgreSQL database cannot be waived: nothing starts without it.
 *
 * @param problems what is missing; nothing should be built while there is one
 * @param warnings what deserves a look
 */
public record Preflight(List<Problem> problems, List<Problem> warnings) {

    public Preflight {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /** Judges with what Launchpad knows about plugins, without waivers. */
    public static Preflight check(AgentSpec spec, Set<String> secretsPresent) {
        return check(spec, secretsPresent, PluginCatalog.shipped(), Set.of());
    }

    /**
     * Judges one agent. Pure: it asks nobody.
     *
     * @param secretsPresent names of the secrets that will have a value: for an update, kept ones included
     * @param catalog what is known about plugins
     * @param waivers names of required settings that may be missing
     */
    public static Preflight check(
            AgentSpec spec, Set<String> secretsPresent, PluginCatalog catalog, Set<String> waivers) {
        Problems problems = new Problems();
        SpecWarnings.check(spec, catalog, problems);
        Set<String> present = new HashSet<>(secretsPresent);
        present.addAll(spec.secretRefs().keySet());
        database(spec, present, problems);
        present.addAll(spec.characterSettings().keySet());
        for (PluginRef plugin : spec.effectivePlugins()) {
            Optional<PluginInfo> info = catalog.find(plugin.name());
            if (info.isEmpty()) {
                problems.warn(
                        place(spec, plugin.name()),
                        "Nothing is known about " + plugin.name()
                                + ": whether it lacks a setting shows when it starts.",
                        "check its documentation.");
                continue;
            }
            for (SettingInfo setting : info.get().settings()) {
                if (setting.required() && !present.contains(setting.name())) {
                    missing(spec, plugin.name(), setting, waivers, problems);
                }
            }
        }
        keptInSecret(spec, catalog, problems);
        return new Preflight(problems.list(), problems.warnings());
    }

    /** @throws InvalidAgentException when there is a problem */
    public void orThrow() {
        if (!problems.isEmpty()) {
            throw new InvalidAgentException(problems);
        }
    }

    private static void database(AgentSpec spec, Set<String> present, Problems problems) {
        boolean url = present.contains(Database.URL_SECRET);
        if (spec.database() == Database.POSTGRESQL && !url) {
            problems.add(
                    "$.secrets." + Database.URL_SECRET,
                    "The database is postgresql, and the secret POSTGRES_URL has no value.",
                    "pass it: postgres://user:password@host/database.");
        } else if (spec.database() == Database.PGLITE && url) {
            problems.add(
                    "$.database.kind",
                    "The database is pglite, but the secret POSTGRES_URL would make the agent use PostgreSQL.",
                    "choose postgresql, or remove the secret (null, or Secrets.without).");
        }
    }

    private static void missing(
            AgentSpec spec, String plugin, SettingInfo setting, Set<String> waivers, Problems problems) {
        String name = setting.name();
        String path = setting.sensitive()
                ? Paths.member("$.secrets", name)
                : Paths.member(Paths.member("$.pluginConfigs", plugin), name);
        if (waivers.contains(name)
                || spec.waived().getOrDefault(plugin, Set.of()).contains(name)) {
            problems.warn(
                    path, plugin + " starts without " + name + ", as waived.", "set it when the plugin is to work.");
        } else if (setting.orElseUses().isPresent()) {
            problems.warn(
                    path,
                    plugin + " uses " + Shown.quoted(setting.orElseUses().get()) + " for " + name + ".",
                    "set it if that is not what you want.");
        } else {
            String give = setting.sensitive() ? "pass the secret " + name : "set " + name + " in pluginConfigs";
            problems.add(
                    path,
                    plugin + " requires " + name + ", which is missing.",
                    give + "; to run without it, write null for it in pluginConfigs or waive(\"" + name + "\").");
        }
    }

    /** Metadata that came later than the spec may know a setting to be a secret. */
    private static void keptInSecret(AgentSpec spec, PluginCatalog catalog, Problems problems) {
        spec.settings()
                .forEach((plugin, settings) -> settings.keySet().stream()
                        .filter(name -> catalog.declared(plugin, name)
                                .map(SettingInfo::sensitive)
                                .orElse(false))
                        .forEach(name -> problems.add(
                                Paths.member(Paths.member("$.pluginConfigs", plugin), name),
                                plugin + " declares " + name + " a secret (***), and it stands among the settings.",
                                "pass it in Secrets.")));
    }

    private static String place(AgentSpec spec, String plugin) {
        for (int i = 0; i < spec.plugins().size(); i++) {
            if (spec.plugins().get(i).name().equals(plugin)) {
                return Paths.item("$.selectedPlugins", i);
            }
        }
        return "$.selectedPlugins";
    }
}
