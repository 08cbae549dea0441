package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One object of a document, read key by key. A member of the wrong type becomes a problem and counts as absent; null
 * counts as absent too.
 */
final class Fields {

    private static final JsonValue.Obj EMPTY = new JsonValue.Obj(Map.of());

    private final String path;
    private final JsonValue.Obj obj;
    private final Problems problems;

    Fields(String path, JsonValue.Obj obj, Problems problems) {
        this.path = path;
        this.obj = obj;
        this.problems = problems;
    }

    /** The value as an object; anything else is a problem and reads as an empty one. */
    static Fields of(String path, @Nullable JsonValue json, Problems problems) {
        if (json != null && !(json instanceof JsonValue.Obj) && json != JsonValue.Null.NULL) {
            // Its text stays unsaid: it may be a secret that belongs into the object.
            problems.add(path, "It is " + Shown.kind(json) + ".", "write an object in { }.");
        }
        return new Fields(path, json instanceof JsonValue.Obj obj ? obj : EMPTY, problems);
    }

    String path(String key) {
        return Paths.member(path, key);
    }

    Map<String, JsonValue> members() {
        return obj.members();
    }

    /** Whether the key stands here, with anything but null. */
    boolean has(String key) {
        return get(key) != null;
    }

    @Nullable
    JsonValue get(String key) {
        JsonValue json = obj.get(key);
        return json == JsonValue.Null.NULL ? null : json;
    }

    /** Reports every key that is none of these. Its value stays unsaid: nobody knows what it is. */
    Fields only(List<String> known) {
        for (String key : members().keySet()) {
            if (!known.contains(key)) {
                Optional<String> nearest = problems.full() ? Optional.empty() : Nearest.to(key, known);
                problems.add(
                        path(key),
                        "The key " + Shown.quoted(key) + " is unknown here.",
                        nearest.map(word -> "write \"" + word + "\".")
                                .orElse("remove it; known here: " + String.join(", ", known) + "."));
            }
        }
        return this;
    }

    @Nullable
    String text(String key) {
        JsonValue json = get(key);
        if (json instanceof JsonValue.Text text) {
            return text.value();
        }
        expected(key, json, "a text in quotes");
        return null;
    }

    @Nullable
    Boolean flag(String key) {
        JsonValue json = get(key);
        if (json instanceof JsonValue.Bool bool) {
            return bool.value();
        }
        expected(key, json, "true or false, without quotes");
        return null;
    }

    @Nullable
    Integer whole(String key) {
        JsonValue json = get(key);
        if (json instanceof JsonValue.Num num && num.whole()) {
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, num.value()));
        }
        expected(key, json, "a whole number, without quotes");
        return null;
    }

    /** A text, or a number as its text: {@code "cpu": 0.5}. */
    @Nullable
    String amount(String key) {
        return get(key) instanceof JsonValue.Num num ? num.toString() : text(key);
    }

    Fields fields(String key) {
        return of(path(key), get(key), problems);
    }

    /** Calls back with each item and its path. */
    void each(String key, BiConsumer<String, JsonValue> item) {
        JsonValue json = get(key);
        if (json != null) {
            each(path(key), json, problems, item);
        }
    }

    static void each(String path, JsonValue json, Problems problems, BiConsumer<String, JsonValue> item) {
        if (json instanceof JsonValue.Arr arr) {
            for (int i = 0; i < arr.items().size(); i++) {
                item.accept(Paths.item(path, i), arr.items().get(i));
            }
        } else {
            wrong(path, json, "a list in [ ]", problems);
        }
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        each(key, (place, json) -> {
            // A wrong item keeps its place, so that the paths of the others stay right.
            texts.add(json instanceof JsonValue.Text text ? text.value() : "");
            if (!(json instanceof JsonValue.Text)) {
                wrong(place, json, "a text in quotes", problems);
            }
        });
        return texts;
    }

    private void expected(String key, @Nullable JsonValue json, String expected) {
        if (json != null) {
            wrong(path(key), json, expected, problems);
        }
    }

    static void wrong(String path, JsonValue json, String expected, Problems problems) {
        String is = json instanceof JsonValue.Text ? "the text " + Shown.of(json) : Shown.of(json);
        problems.add(path, "It is " + is + ".", "write " + expected + ".");
    }
}
