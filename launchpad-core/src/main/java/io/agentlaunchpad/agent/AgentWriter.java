package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a spec in the wire format: one order of keys, no empty lists, secrets as masks. */
final class AgentWriter {

    private final Map<String, Json> root = new LinkedHashMap<>();

    private AgentWriter() {}

    static Json write(AgentSpec spec) {
        AgentWriter writer = new AgentWriter();
        writer.root.put("agentName", new Json.Text(spec.name()));
        text(writer.root, "description", spec.description());
        writer.root.put("personality", personality(spec.personality()));
        writer.root.put(
                "selectedPlugins",
                texts(spec.plugins().stream().map(PluginRef::toString).toList()));
        obj(writer.root, "pluginConfigs", pluginConfigs(spec));
        writer.root.put("resources", resources(spec.resources()));
        writer.root.put("platforms", platforms(spec.channels()));
        obj(writer.root, "secrets", secrets(spec));
        writer.root.put("database", Json.of(Map.of("kind", spec.database().wire())));
        spec.expose().ifPresent(host -> writer.root.put("expose", Json.of(Map.of("host", host))));
        list(writer.root, "egress", spec.egress().stream().map(Egress::toString).toList());
        return new Json.Obj(writer.root);
    }

    private static Json personality(Personality personality) {
        Map<String, Json> out = new LinkedHashMap<>();
        text(out, "system", personality.system().orElse(""));
        out.put("bio", texts(personality.bio()));
        list(out, "lore", personality.lore());
        list(out, "knowledge", personality.knowledge());
        list(out, "adjectives", personality.adjectives());
        list(out, "topics", personality.topics());
        if (!personality.messageExamples().isEmpty()) {
            out.put("messageExamples", examples(personality.messageExamples()));
        }
        list(out, "postExamples", personality.postExamples());
        obj(out, "style", style(personality.style()));
        return new Json.Obj(out);
    }

    static Map<String, Json> style(Style style) {
        Map<String, Json> out = new LinkedHashMap<>();
        list(out, "all", style.all());
        list(out, "chat", style.chat());
        list(out, "post", style.post());
        return out;
    }

    static Json examples(List<List<Message>> conversations) {
        List<Json> out = new ArrayList<>();
        for (List<Message> turns : conversations) {
            out.add(new Json.Arr(turns.stream().map(AgentWriter::message).toList()));
        }
        return new Json.Arr(out);
    }

    private static Json message(Message message) {
        Map<String, Json> content = new LinkedHashMap<>();
        content.put("text", new Json.Text(message.text()));
        if (message.thought() != null) {
            content.put("thought", new Json.Text(message.thought()));
        }
        list(content, "actions", message.actions());
        list(content, "providers", message.providers());
        Map<String, Json> turn = new LinkedHashMap<>();
        turn.put("name", new Json.Text(message.name()));
        turn.put("content", new Json.Obj(content));
        return new Json.Obj(turn);
    }

    private static Map<String, Json> pluginConfigs(AgentSpec spec) {
        Map<String, Map<String, Json>> configs = new TreeMap<>();
        spec.settings().forEach((plugin, settings) -> configs.put(plugin, new TreeMap<>(settings)));
        spec.waived()
                .forEach((plugin, names) -> names.forEach(name ->
                        configs.computeIfAbsent(plugin, key -> new TreeMap<>()).put(name, Json.Null.NULL)));
        Map<String, Json> out = new LinkedHashMap<>();
        configs.forEach((plugin, settings) -> out.put(plugin, new Json.Obj(settings)));
        return out;
    }

    private static Json resources(Resources resources) {
        Map<String, Json> out = new LinkedHashMap<>();
        out.put("memory", new Json.Text(Quantity.memoryText(resources.memoryBytes())));
        out.put("cpu", new Json.Text(Quantity.cpuText(resources.cpuMillis())));
        out.put("replicas", new Json.Num(resources.replicas()));
        return new Json.Obj(out);
    }

    private static Json platforms(Channels channels) {
        Map<String, Json> out = new LinkedHashMap<>();
        if (channels.discord() != null) {
            Map<String, Json> discord = new LinkedHashMap<>();
            text(discord, "applicationId", channels.discordApplicationId().orElse(""));
            out.put("discord", new Json.Obj(discord));
        }
        if (channels.telegram()) {
            out.put("telegram", Json.of(Map.of()));
        }
        out.put("web", Json.of(Map.of("enabled", channels.web())));
        return new Json.Obj(out);
    }

    private static Map<String, Json> secrets(AgentSpec spec) {
        Map<String, Json> out = new LinkedHashMap<>();
        TreeSet<String> names = new TreeSet<>(spec.secretNames());
        names.addAll(spec.secretRefs().keySet());
        for (String name : names) {
            SecretRef ref = spec.secretRefs().get(name);
            if (ref == null) {
                out.put(name, new Json.Text(Shown.MASK));
            } else {
                Map<String, Object> target = new LinkedHashMap<>();
                target.put("name", ref.name());
                target.put("key", ref.key());
                out.put(name, Json.of(Map.of("ref", target)));
            }
        }
        return out;
    }

    static void text(Map<String, Json> out, String key, String text) {
        if (!text.isEmpty()) {
            out.put(key, new Json.Text(text));
        }
    }

    static void list(Map<String, Json> out, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            out.put(key, texts(texts));
        }
    }

    private static void obj(Map<String, Json> out, String key, Map<String, Json> members) {
        if (!members.isEmpty()) {
            out.put(key, new Json.Obj(members));
        }
    }

    private static Json texts(List<String> texts) {
        return new Json.Arr(texts.stream().<Json>map(Json.Text::new).toList());
    }
}
