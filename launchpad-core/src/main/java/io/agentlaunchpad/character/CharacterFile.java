package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.Message;
import io.agentlaunchpad.agent.Personality;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.agent.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The character of an agent as ElizaOS 1.7 reads it.
 *
 * <p>Only keys that its strict parser knows, always in one order, no empty ones; {@code lore} follows the bio, because
 * 1.x has no place for it; plugins in the order of loading, without versions; settings flat. Never a secret: the agent
 * gets those from its environment. Law: equal specs give the same bytes.
 */
public final class CharacterFile {

    private final String json;

    private CharacterFile(String json) {
        this.json = json;
    }

    /** The character of that agent. */
    public static CharacterFile of(AgentSpec spec) {
        Personality personality = spec.personality();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", spec.name());
        personality.system().ifPresent(system -> out.put("system", system));
        List<String> bio = new ArrayList<>(personality.bio());
        bio.addAll(personality.lore());
        out.put("bio", bio);
        put(out, "messageExamples", conversations(personality.messageExamples()));
        put(out, "postExamples", personality.postExamples());
        put(out, "topics", personality.topics());
        put(out, "adjectives", personality.adjectives());
        put(out, "knowledge", personality.knowledge());
        put(
                out,
                "plugins",
                spec.effectivePlugins().stream().map(PluginRef::name).toList());
        if (!spec.characterSettings().isEmpty()) {
            out.put("settings", spec.characterSettings());
        }
        Map<String, Object> style = style(personality.style());
        if (!style.isEmpty()) {
            out.put("style", style);
        }
        return new CharacterFile(JsonValue.of(out).pretty());
    }

    /** Indented JSON, UTF-8 when written, a line feed at the end. */
    public String json() {
        return json;
    }

    private static List<Object> conversations(List<List<Message>> conversations) {
        List<Object> out = new ArrayList<>();
        conversations.forEach(
                turns -> out.add(turns.stream().map(CharacterFile::message).toList()));
        return out;
    }

    private static Map<String, Object> message(Message message) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("text", message.text());
        if (message.thought() != null) {
            content.put("thought", message.thought());
        }
        put(content, "actions", message.actions());
        put(content, "providers", message.providers());
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", message.name());
        out.put("content", content);
        return out;
    }

    private static Map<String, Object> style(Style style) {
        Map<String, Object> out = new LinkedHashMap<>();
        put(out, "all", style.all());
        put(out, "chat", style.chat());
        put(out, "post", style.post());
        return out;
    }

    private static void put(Map<String, Object> out, String key, List<?> list) {
        if (!list.isEmpty()) {
            out.put(key, list);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharacterFile that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "CharacterFile[" + json.length() + " characters]";
    }
}
