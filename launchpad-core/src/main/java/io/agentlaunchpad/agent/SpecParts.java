package io.agentlaunchpad.agent;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings the parts of a checked draft into the one form that a spec has. */
final class SpecParts {

    private SpecParts() {}

    /** Sorted; without what the channels say already. */
    static Map<String, Map<String, JsonValue>> settings(AgentDraft draft) {
        Map<String, Map<String, JsonValue>> out = new TreeMap<>();
        draft.settings.forEach((plugin, settings) -> {
            Map<String, JsonValue> own = new TreeMap<>(settings);
            if (draft.channels().discordApplicationId().isPresent()) {
                own.remove(Channels.DISCORD_APPLICATION);
            }
            if (!own.isEmpty()) {
                out.put(plugin, Collections.unmodifiableMap(own));
            }
        });
        return Collections.unmodifiableMap(out);
    }

    static Map<String, Set<String>> waived(AgentDraft draft) {
        Map<String, Set<String>> out = new TreeMap<>();
        draft.waived.forEach((plugin, names) -> {
            if (!names.isEmpty()) {
                out.put(plugin, Collections.unmodifiableSet(new TreeSet<>(names)));
            }
        });
        return Collections.unmodifiableMap(out);
    }

    static Resources resources(AgentDraft draft) {
        Resources usual = Resources.usualFor(draft.database);
        return new Resources(
                draft.memory == null ? usual.memoryBytes() : Quantity.memory(draft.memory),
                draft.cpu == null ? usual.cpuMillis() : Quantity.cpu(draft.cpu),
                draft.replicas);
    }

    /** The draft that gives this spec again. */
    static void fill(AgentDraft draft, AgentSpec spec) {
        Personality personality = spec.personality();
        draft.name = spec.name();
        draft.description = spec.description();
        draft.system = personality.system().orElse(null);
        draft.bio.addAll(personality.bio());
        draft.lore.addAll(personality.lore());
        draft.knowledge.addAll(personality.knowledge());
        draft.adjectives.addAll(personality.adjectives());
        draft.topics.addAll(personality.topics());
        draft.messageExamples.addAll(personality.messageExamples());
        draft.postExamples.addAll(personality.postExamples());
        draft.style = personality.style();
        spec.plugins().forEach(plugin -> draft.plugins.add(plugin.toString()));
        spec.settings()
                .forEach((plugin, settings) -> settings.forEach((name, value) -> draft.setting(plugin, name, value)));
        draft.accepted = spec.settings();
        spec.waived().forEach((plugin, names) -> names.forEach(name -> draft.waive(plugin, name)));
        draft.memory = Quantity.memoryText(spec.resources().memoryBytes());
        draft.cpu = Quantity.cpuText(spec.resources().cpuMillis());
        draft.replicas = spec.resources().replicas();
        draft.discord = spec.channels().discord();
        draft.telegram = spec.channels().telegram();
        draft.web = spec.channels().web();
        draft.database = spec.database();
        draft.host = spec.expose().orElse(null);
        spec.egress().forEach(address -> draft.egress.add(address.toString()));
        draft.secretRefs.putAll(spec.secretRefs());
        draft.secretNames.addAll(spec.secretNames());
    }
}
