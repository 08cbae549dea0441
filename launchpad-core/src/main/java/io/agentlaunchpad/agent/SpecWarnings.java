package io.agentlaunchpad.agent;

import io.agentlaunchpad.agent.PluginInfo.Category;
import java.util.List;

/** What is legal and yet probably not meant. */
final class SpecWarnings {

    private SpecWarnings() {}

    static void check(AgentSpec spec, PluginCatalog catalog, Problems problems) {
        models(spec, catalog, problems);
        if (!spec.channels().web()
                && spec.effectivePlugins().stream().noneMatch(plugin -> catalog.channel(plugin.name()))) {
            problems.warn(
                    "$.platforms.web.enabled",
                    "The message API is off and there is no other channel: nobody can talk to the agent.",
                    "add a channel, or write true.");
        }
        long least = (spec.database() == Database.PGLITE ? 448L : 192L) << 20;
        if (spec.resources().memoryBytes() < least) {
            problems.warn(
                    "$.resources.memory",
                    "With " + Quantity.memoryText(spec.resources().memoryBytes()) + " an agent with "
                            + spec.database().wire() + " is likely to be killed for memory.",
                    "write " + Quantity.memoryText(least) + " or more.");
        }
    }

    private static void models(AgentSpec spec, PluginCatalog catalog, Problems problems) {
        List<PluginInfo> known = spec.effectivePlugins().stream()
                .flatMap(plugin -> catalog.find(plugin.name()).stream())
                .toList();
        boolean foreign = known.size() < spec.effectivePlugins().size();
        List<PluginInfo> models =
                known.stream().filter(info -> info.category() == Category.MODEL).toList();
        if (models.isEmpty()) {
            problems.warn(
                    "$.selectedPlugins",
                    foreign
                            ? "None of the plugins that Launchpad knows reaches a model: unless another one does, the agent starts and cannot answer."
                            : "No plugin that reaches a model is selected: the agent starts and cannot answer.",
                    "add one, such as @elizaos/plugin-openai.");
        } else if (!foreign && models.stream().noneMatch(PluginInfo::embeddings)) {
            problems.warn(
                    "$.selectedPlugins",
                    models.get(0).name()
                            + " makes no embeddings, and no other selected plugin does: the agent has no memory of meanings.",
                    "add one that does, such as @elizaos/plugin-openai.");
        }
    }
}
