package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.character.CharacterImport.Format;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One character on its way to a configuration. */
final class Conversion {

    private static final Set<String> TAKEN = Set.of(
            "name",
            "system",
            "bio",
            "lore",
            "knowledge",
            "adjectives",
            "topics",
            "messageExamples",
            "postExamples",
            "style",
            "plugins",
            "settings",
            "secrets",
            "modelProvider",
            "clients");

    /** Keys of the official formats that a configuration has no place for, with the reason. */
    private static final Map<String, String> LOST = Map.of(
            "$schema", "1.x refuses it.",
            "id", "the id follows from the agent's name.",
            "username", "a configuration has one name.",
            "templates", "a configuration has no prompt templates; the runtime's own are used.",
            "imageModelProvider", "the model plugin decides.",
            "clientConfig", "1.x configures channels by settings of their plugins.");

    private final JsonValue.Obj character;
    private final Notes notes;
    private final Words words;
    private final Format format;
    private final PluginConversion plugins;

    Conversion(JsonValue.Obj character, PluginCatalog catalog, Notes notes) {
        this.character = character;
        this.notes = notes;
        this.words = new Words(notes);
        this.format = Formats.of(character);
        this.plugins = new PluginConversion(character, format, catalog, notes);
    }

    Format format() {
        return format;
    }

    JsonValue configuration() {
        Map<String, Object> out = new LinkedHashMap<>();
        String name = words.text("$.name", character.get("name"));
        if (name != null && !name.isBlank()) {
            out.put("agentName", words.agentName("$.name", name));
        }
        out.put("personality", personality());
        plugins.convert(out);
        for (String key : character.members().keySet()) {
            if (!TAKEN.contains(key)) {
                notes.dropped("$." + key, LOST.getOrDefault(key, "1.x does not know this key."));
            }
        }
        return JsonValue.of(out);
    }

    private Map<String, Object> personality() {
        Map<String, Object> out = new LinkedHashMap<>();
        String system = words.text("$.system", character.get("system"));
        if (system != null && !system.isBlank()) {
            out.put("system", system);
        }
        List<String> bio = words.list("$.bio", character.get("bio"));
        List<String> lore = words.list("$.lore", character.get("lore"));
        if (bio.isEmpty() && !lore.isEmpty()) {
            notes.converted("$.lore", "it became the bio, which is missing.");
            bio = lore;
        } else if (!lore.isEmpty()) {
            notes.converted("$.lore", "it follows the bio in the character: 1.x has no lore.");
            out.put("lore", lore);
        }
        out.put("bio", bio);
        out.put("knowledge", knowledge());
        out.put("adjectives", words.list("$.adjectives", character.get("adjectives")));
        out.put("topics", words.list("$.topics", character.get("topics")));
        out.put("messageExamples", new ExampleConversion(words, notes).convert(character.get("messageExamples")));
        out.put("postExamples", words.list("$.postExamples", character.get("postExamples")));
        out.put("style", style());
        return out;
    }

    private List<String> knowledge() {
        JsonValue knowledge = character.get("knowledge");
        if (knowledge instanceof JsonValue.Arr arr) {
            for (int i = 0; i < arr.items().size(); i++) {
                if (arr.items().get(i) instanceof JsonValue.Obj) {
                    notes.dropped(
                            "$.knowledge[" + i + "]",
                            "files and folders are not carried to the agent: write the text itself here.");
                }
            }
            knowledge = new JsonValue.Arr(arr.items().stream()
                    .map(item -> item instanceof JsonValue.Obj ? JsonValue.Null.NULL : item)
                    .toList());
        }
        return words.list("$.knowledge", knowledge);
    }

    private Map<String, Object> style() {
        Map<String, Object> out = new LinkedHashMap<>();
        if (character.get("style") instanceof JsonValue.Obj style) {
            style.members().forEach((key, json) -> {
                if (List.of("all", "chat", "post").contains(key)) {
                    out.put(key, words.list("$.style." + key, json));
                } else {
                    notes.dropped("$.style." + key, "1.x does not know this key.");
                }
            });
        } else if (character.get("style") != null) {
            out.put("all", words.list("$.style", character.get("style")));
        }
        return out;
    }
}
