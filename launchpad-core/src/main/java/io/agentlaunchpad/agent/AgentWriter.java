package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a spec in the wire format: one order of keys, no empty lists, secrets as masks. */
final class AgentWriter {

    private final Map<String, JsonValue> root = new LinkedHashMap<>();

    private AgentWriter() {}

    static JsonValue write(AgentSpec spec) {
        AgentWriter writer = new AgentWriter();
        writer.root.put("agentName", new JsonValue.Text(spec.name()));
        text(writer.root, "description", spec.description());
        writer.root.put("personality", personality(spec.personality()));
        writer.root.put(
                "selectedPlugins",
                texts(spec.plugins().stream().map(PluginRef::toString).toList()));
        obj(writer.root, "pluginConfigs", pluginConfigs(spec));
        writer.root.put("resources", resources(spec.resources()));
        writer.root.put("platforms", platforms(spec.channels()));
        obj(writer.root, "secrets", secrets(spec));
        writer.root.put("database", JsonValue.of(Map.of("kind", spec.database().wire())));
        spec.expose().ifPresent(host -> writer.root.put("expose", JsonValue.of(Map.of("host", host))));
        list(writer.root, "egress", spec.egress().stream().map(Egress::toString).toList());
        return new JsonValue.Obj(writer.root);
    }

    private static JsonValue personality(Personality personality) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
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
        return new JsonValue.Obj(out);
    }

    private static Map<String, JsonValue> style(Style style) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        list(out, "all", style.all());
        list(out, "chat", style.chat());
        list(out, "post", style.post());
        return out;
    }

    private static JsonValue examples(List<List<Message>> conversations) {
        List<JsonValue> out = new ArrayList<>();
        for (List<Message> turns : conversations) {
            out.add(new JsonValue.Arr(turns.stream().map(AgentWriter::message).toList()));
        }
        return new JsonValue.Arr(out);
    }

    private static JsonValue message(Message message) {
        Map<String, JsonValue> content = new LinkedHashMap<>();
        content.put("text", new JsonValue.Text(message.text()));
        if (message.thought() != null) {
            content.put("thought", new JsonValue.Text(message.thought()));
        }
        list(content, "actions", message.actions());
        list(content, "providers", message.providers());
        Map<String, JsonValue> turn = new LinkedHashMap<>();
        turn.put("name", new JsonValue.Text(message.name()));
        turn.put("content", new JsonValue.Obj(content));
        return new JsonValue.Obj(turn);
    }

    private static Map<String, JsonValue> pluginConfigs(AgentSpec spec) {
        Map<String, Map<String, JsonValue>> configs = new TreeMap<>();
        spec.waived()
                .forEach((plugin, names) -> names.forEach(name ->
                        configs.computeIfAbsent(plugin, key -> new TreeMap<>()).put(name, JsonValue.Null.NULL)));
        spec.settings()
                .forEach((plugin, settings) ->
                        configs.computeIfAbsent(plugin, key -> new TreeMap<>()).putAll(settings));
        Map<String, JsonValue> out = new LinkedHashMap<>();
        configs.forEach((plugin, settings) -> out.put(plugin, new JsonValue.Obj(settings)));
        return out;
    }

    private static JsonValue resources(Resources resources) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        out.put("memory", new JsonValue.Text(Quantity.memoryText(resources.memoryBytes())));
        out.put("cpu", new JsonValue.Text(Quantity.cpuText(resources.cpuMillis())));
        out.put("replicas", new JsonValue.Num(resources.replicas()));
        return new JsonValue.Obj(out);
    }

    private static JsonValue platforms(Channels channels) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        if (channels.discord() != null) {
            Map<String, JsonValue> discord = new LinkedHashMap<>();
            text(discord, "applicationId", channels.discordApplicationId().orElse(""));
            out.put("discord", new JsonValue.Obj(discord));
        }
        if (channels.telegram()) {
            out.put("telegram", JsonValue.of(Map.of()));
        }
        out.put("web", JsonValue.of(Map.of("enabled", channels.web())));
        return new JsonValue.Obj(out);
    }

    private static Map<String, JsonValue> secrets(AgentSpec spec) {
        Map<String, JsonValue> out = new LinkedHashMap<>();
        TreeSet<String> names = new TreeSet<>(spec.secretNames());
        names.addAll(spec.secretRefs().keySet());
        for (String name : names) {
            SecretRef ref = spec.secretRefs().get(name);
            if (ref == null) {
                out.put(name, new JsonValue.Text(Shown.MASK));
            } else {
                Map<String, Object> target = new LinkedHashMap<>();
                target.put("name", ref.name());
                target.put("key", ref.key());
                out.put(name, JsonValue.of(Map.of("ref", target)));
            }
        }
        return out;
    }

    private static void text(Map<String, JsonValue> out, String key, String text) {
        if (!text.isEmpty()) {
            out.put(key, new JsonValue.Text(text));
        }
    }

    private static void list(Map<String, JsonValue> out, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            out.put(key, texts(texts));
        }
    }

    private static void obj(Map<String, JsonValue> out, String key, Map<String, JsonValue> members) {
        if (!members.isEmpty()) {
            out.put(key, new JsonValue.Obj(members));
        }
    }

    private static JsonValue texts(List<String> texts) {
        return new JsonValue.Arr(
                texts.stream().<JsonValue>map(JsonValue.Text::new).toList());
    }
}
