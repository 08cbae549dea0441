package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what an import did. */
final class Notes {

    private static final int MOST = 500;

    private final List<ImportNote> notes = new ArrayList<>();

    void converted(String path, String reason) {
        add(ImportNote.Kind.CONVERTED, path, reason);
    }

    void dropped(String path, String reason) {
        add(ImportNote.Kind.DROPPED, path, reason);
    }

    private void add(ImportNote.Kind kind, String path, String reason) {
        if (notes.size() < MOST) {
            notes.add(new ImportNote(kind, path, reason));
        }
    }

    /** In the order of the character's own keys. */
    List<ImportNote> list(JsonValue.Obj character) {
        List<String> keys = List.copyOf(character.members().keySet());
        List<ImportNote> sorted = new ArrayList<>(notes);
        sorted.sort(Comparator.comparingInt(note -> keys.indexOf(first(note.path()))));
        return sorted;
    }

    private static String first(String path) {
        return path.replaceFirst("^\\$\\.", "").replaceFirst("[.\\[].*$", "");
    }

    static JsonValue.Obj object(JsonValue json) {
        if (json instanceof JsonValue.Obj obj) {
            return obj;
        }
        throw new InvalidAgentException(
                List.of(new Problem("$", "The character is not a JSON object.", "pass a .character.json file.")));
    }
}
