package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.JsonValue;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes over texts: lists of them, without what no configuration may hold. */
final class Words {

    private static final int NAME_MIN = 3;
    private static final int NAME_MAX = 50;

    /** As much of a name as is read; its normal form takes time that grows with the square of its length. */
    private static final int NAME_READ = 1_000;

    private final Notes notes;

    Words(Notes notes) {
        this.notes = notes;
    }

    /** The texts of a list, or one text as a list of one; whatever else stands there is dropped. */
    List<String> list(String path, @Nullable JsonValue json) {
        List<String> out = new ArrayList<>();
        if (json instanceof JsonValue.Arr arr) {
            for (int i = 0; i < arr.items().size(); i++) {
                item(path + "[" + i + "]", arr.items().get(i), out);
            }
        } else if (json != null && json != JsonValue.Null.NULL) {
            item(path, json, out);
        }
        return out;
    }

    private void item(String path, JsonValue json, List<String> out) {
        String text = text(path, json);
        if (text != null && !text.isBlank()) {
            out.add(text);
        } else if (text != null) {
            notes.dropped(path, "it is empty.");
        }
    }

    /** A text without control characters and halves of characters; null, with a note, for anything else. */
    @Nullable
    String text(String path, @Nullable JsonValue json) {
        if (json instanceof JsonValue.Text text) {
            StringBuilder clean = new StringBuilder();
            text.value().codePoints().filter(Words::allowed).forEach(clean::appendCodePoint);
            if (clean.length() != text.value().length()) {
                notes.converted(path, "control characters or broken characters were removed.");
            }
            return clean.toString();
        }
        if (json != null && json != JsonValue.Null.NULL) {
            notes.dropped(path, "it is not a text.");
        }
        return null;
    }

    private static boolean allowed(int c) {
        boolean control = Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
        return !control && Character.getType(c) != Character.SURROGATE;
    }

    /** A legal agent name that still reads like the character's. */
    String agentName(String path, String name) {
        if (name.matches("[A-Za-z0-9_-]{3,50}")) {
            return name;
        }
        String read = name.substring(0, Math.min(name.length(), NAME_READ));
        String plain = Normalizer.normalize(read, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
        String slug = plain.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        if (slug.length() > NAME_MAX) {
            slug = slug.substring(0, NAME_MAX).replaceAll("-+$", "");
        }
        if (slug.isEmpty()) {
            slug = "agent-"
                    + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                            .toString()
                            .substring(0, 8);
        } else if (slug.length() < NAME_MIN) {
            slug = slug + "-agent";
        }
        notes.converted(
                path,
                "the name is now " + slug + ": agent names have 3 to 50 ASCII letters, digits, - and _,"
                        + " and a configuration has no second name for display.");
        return slug;
    }
}
