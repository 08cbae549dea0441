package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Example conversations: {@code user} becomes {@code name}, {@code action} one of {@code actions}. */
final class ExampleConversion {

    private static final String PATH = "$.messageExamples";
    private static final Set<String> TURN = Set.of("user", "name", "content");
    private static final Set<String> CONTENT = Set.of("text", "thought", "action", "actions", "providers");

    private final Words words;
    private final Notes notes;
    private boolean renamed;

    ExampleConversion(Words words, Notes notes) {
        this.words = words;
        this.notes = notes;
    }

    List<Object> convert(@Nullable JsonValue json) {
        List<Object> out = new ArrayList<>();
        if (json instanceof JsonValue.Arr arr && arr.items().stream().anyMatch(JsonValue.Obj.class::isInstance)) {
            notes.converted(PATH, "turns that stand outside a conversation became one conversation.");
            conversation(
                    PATH,
                    new JsonValue.Arr(arr.items().stream()
                            .filter(JsonValue.Obj.class::isInstance)
                            .toList()),
                    out);
        }
        if (json instanceof JsonValue.Arr arr) {
            for (int i = 0; i < arr.items().size(); i++) {
                JsonValue item = arr.items().get(i);
                if (item instanceof JsonValue.Arr turns) {
                    conversation(PATH + "[" + i + "]", turns, out);
                } else if (!(item instanceof JsonValue.Obj)) {
                    notes.dropped(PATH + "[" + i + "]", "it is not a conversation.");
                }
            }
        } else if (json != null && json != JsonValue.Null.NULL) {
            notes.dropped(PATH, "it is not a list of conversations.");
        }
        if (renamed) {
            notes.converted(PATH, "who speaks is called name instead of user.");
        }
        return out;
    }

    private void conversation(String path, JsonValue.Arr turns, List<Object> out) {
        List<Object> converted = new ArrayList<>();
        for (int i = 0; i < turns.items().size(); i++) {
            Map<String, Object> turn = turn(path + "[" + i + "]", turns.items().get(i));
            if (turn != null) {
                converted.add(turn);
            }
        }
        if (converted.isEmpty()) {
            notes.dropped(path, "the conversation has no turn.");
        } else {
            out.add(converted);
        }
    }

    private @Nullable Map<String, Object> turn(String path, JsonValue json) {
        if (!(json instanceof JsonValue.Obj turn)) {
            notes.dropped(path, "it is not a turn of a conversation.");
            return null;
        }
        String key = turn.get("name") == null ? "user" : "name";
        String name = words.text(path + "." + key, turn.get(key));
        Map<String, Object> content = content(path + ".content", turn.get("content"));
        if (name == null || name.isBlank() || content == null) {
            notes.dropped(path, "it lacks a speaker or a content.");
            return null;
        }
        renamed |= key.equals("user");
        unknown(path, turn, TURN);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", name);
        out.put("content", content);
        return out;
    }

    private @Nullable Map<String, Object> content(String path, @Nullable JsonValue json) {
        Map<String, Object> out = new LinkedHashMap<>();
        if (json instanceof JsonValue.Text) {
            notes.converted(path, "a bare text became {\"text\": …}.");
            String bare = words.text(path, json);
            out.put("text", bare == null ? "" : bare);
            return out;
        }
        if (!(json instanceof JsonValue.Obj content)) {
            return null;
        }
        String text = words.text(path + ".text", content.get("text"));
        out.put("text", text == null ? "" : text);
        String thought = words.text(path + ".thought", content.get("thought"));
        if (thought != null) {
            out.put("thought", thought);
        }
        List<String> actions = new ArrayList<>(words.list(path + ".actions", content.get("actions")));
        List<String> action = words.list(path + ".action", content.get("action"));
        if (!action.isEmpty()) {
            notes.converted(path + ".action", "it became one of actions.");
            Set<String> there = new HashSet<>(actions);
            action.stream().filter(there::add).forEach(actions::add);
        }
        out.put("actions", actions);
        out.put("providers", words.list(path + ".providers", content.get("providers")));
        unknown(path, content, CONTENT);
        return out;
    }

    private void unknown(String path, JsonValue.Obj obj, Set<String> known) {
        for (String key : obj.members().keySet()) {
            if (!known.contains(key)) {
                notes.dropped(path + "." + key, "a configuration has no place for it.");
            }
        }
    }
}
