package io.agentlaunchpad.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON text into {@link JsonValue}. Whatever is wrong becomes a problem that never repeats the text itself: it may be
 * a secret that lost its quotes.
 */
final class JsonReader {

    private static final int MAX_KEY = 1_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonValue.MAX_DEPTH + 1)
                    .maxStringLength(JsonValue.MAX_BYTES)
                    .maxNameLength(MAX_KEY)
                    .maxNumberLength(400)
                    .maxDocumentLength(JsonValue.MAX_BYTES)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final JsonParser parser;
    private final Problems problems;

    private JsonReader(JsonParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** Null when the text is no JSON at all; then there is a problem that says why. */
    static @Nullable JsonValue read(byte[] bytes, Problems problems) {
        String text = Utf8.decode(bytes, problems);
        return text == null ? null : parse(text, problems);
    }

    static @Nullable JsonValue read(String text, Problems problems) {
        if (Utf8.tooBig(text.length(), problems) || Utf8.tooBig(Utf8.length(text), problems)) {
            return null;
        }
        return parse(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    }

    private static @Nullable JsonValue parse(String text, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonReader reader = new JsonReader(parser, problems);
            if (parser.nextToken() == null) {
                problems.add("$", "The input is empty.", "pass a JSON object with \"agentName\" and \"personality\".");
                return null;
            }
            JsonValue json = reader.value("$", 1);
            if (parser.nextToken() != null) {
                problems.add(
                        "$", "More text follows after the JSON value, " + reader.where() + ".", "pass one JSON value.");
            }
            return json;
        } catch (TooDeep e) {
            problems.add(
                    "$",
                    "The JSON is nested deeper than " + JsonValue.MAX_DEPTH + " levels.",
                    "make it flatter; a configuration needs no more than 8 levels outside plugin settings.");
        } catch (StreamConstraintsException e) {
            problems.add(
                    "$",
                    "The JSON has a key longer than " + MAX_KEY + " characters or a number longer than 400.",
                    "shorten it.");
        } catch (JsonProcessingException e) {
            problems.add("$", "The input is not valid JSON" + at(e) + ".", JsonFault.fix(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("A text in memory can always be read", e);
        }
        return null;
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private String where() {
        return "at line " + parser.currentTokenLocation().getLineNr() + ", column "
                + parser.currentTokenLocation().getColumnNr();
    }

    private JsonValue value(String path, int depth) throws IOException {
        if (depth > JsonValue.MAX_DEPTH && parser.currentToken().isStructStart()) {
            throw new TooDeep();
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path, depth);
            case START_ARRAY -> array(path, depth);
            case VALUE_STRING -> new JsonValue.Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path, parser.getText());
            case VALUE_TRUE -> new JsonValue.Bool(true);
            case VALUE_FALSE -> new JsonValue.Bool(false);
            default -> JsonValue.Null.NULL;
        };
    }

    private JsonValue object(String path, int depth) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String place = Paths.member(path, key);
            parser.nextToken();
            if (members.put(key, value(place, depth + 1)) != null) {
                problems.add(place, "The key stands here twice.", "keep one of the two.");
            }
        }
        return new JsonValue.Obj(members);
    }

    private JsonValue array(String path, int depth) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(Paths.item(path, items.size()), depth + 1));
        }
        return new JsonValue.Arr(items);
    }

    private JsonValue number(String path, String text) {
        double value = Double.parseDouble(text);
        boolean lost =
                value == 0 && text.chars().takeWhile(c -> c != 'e' && c != 'E').anyMatch(c -> c > '0' && c <= '9');
        try {
            if (!lost) {
                return new JsonValue.Num(value);
            }
        } catch (IllegalArgumentException e) {
            // Told below, with the path.
        }
        problems.add(path, "The number " + Shown.brief(text) + " is out of range.", "write a smaller one, or a text.");
        return new JsonValue.Num(0);
    }

    private static final class TooDeep extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
