package io.agentlaunchpad.agent;

import io.agentlaunchpad.error.InvalidAgentException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as immutable Java values: what plugin settings are made of, and what agent configurations and characters
 * are read into.
 *
 * <p>Reading is strict ({@link #read(byte[])}); numbers are doubles because the agent's own runtime reads them so. Law:
 * {@code JsonValue.read(json.pretty()).equals(json)}.
 */
public sealed interface JsonValue {

    /** Nesting that {@link #read} and {@link #of} accept. */
    int MAX_DEPTH = 32;

    /** Size that {@link #read} accepts: 1 MiB of UTF-8. */
    int MAX_BYTES = 1 << 20;

    /** Beyond this a JavaScript number is no longer exact: 2^53 - 1. */
    long MAX_INTEGER = (1L << 53) - 1;

    /** An object; keeps the order of its members. */
    record Obj(Map<String, JsonValue> members) implements JsonValue {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** One member, or null when there is none. */
        public @Nullable JsonValue get(String key) {
            return members.get(key);
        }
    }

    /** A list. */
    record Arr(List<JsonValue> items) implements JsonValue {
        public Arr {
            items = List.copyOf(items);
        }
    }

    /** A string. */
    record Text(String value) implements JsonValue {}

    /** A number: finite; whole ones within {@link #MAX_INTEGER}. Minus zero is zero. */
    record Num(double value) implements JsonValue {
        public Num {
            if (!Double.isFinite(value) || (Math.rint(value) == value && Math.abs(value) > MAX_INTEGER)) {
                throw new IllegalArgumentException(
                        "JavaScript cannot hold the number " + value + " exactly. Fix: write it as a text.");
            }
            value = value + 0.0;
        }

        boolean whole() {
            return Math.rint(value) == value;
        }

        @Override
        public String toString() {
            return whole() ? Long.toString((long) value) : Double.toString(value);
        }
    }

    /** True or false. */
    record Bool(boolean value) implements JsonValue {}

    /** JSON's null. */
    enum Null implements JsonValue {
        NULL
    }

    /**
     * The JSON form of null, a String, Boolean, Number, List, Map with String keys, or {@code JsonValue}.
     *
     * @throws IllegalArgumentException for anything else, for numbers JavaScript cannot hold, and for nesting beyond
     *     {@link #MAX_DEPTH} (a list that contains itself, too)
     */
    static JsonValue of(@Nullable Object value) {
        return of(value, 1);
    }

    private static JsonValue of(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "The value is nested deeper than " + MAX_DEPTH + " levels. Fix: make it flatter.");
        }
        if (value == null) {
            return Null.NULL;
        } else if (value instanceof JsonValue json) {
            return json;
        } else if (value instanceof String text) {
            return new Text(text);
        } else if (value instanceof Boolean flag) {
            return new Bool(flag);
        } else if (value instanceof Number number) {
            return new Num(number.doubleValue());
        } else if (value instanceof List<?> list) {
            List<JsonValue> items = new ArrayList<>();
            list.forEach(item -> items.add(of(item, depth + 1)));
            return new Arr(items);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            map.forEach((key, member) -> members.put(String.valueOf(key), of(member, depth + 1)));
            return new Obj(members);
        }
        throw new IllegalArgumentException("JSON has no form of "
                + value.getClass().getName() + ". Fix: pass a String, Boolean, Number, List or Map.");
    }

    /**
     * Reads one JSON document.
     *
     * @param utf8 UTF-8, with or without a byte order mark
     * @throws InvalidAgentException for anything but one well-formed document within {@link #MAX_BYTES} and
     *     {@link #MAX_DEPTH}, without duplicate keys
     */
    static JsonValue read(byte[] utf8) {
        Problems problems = new Problems();
        JsonValue json = JsonReader.read(utf8, problems);
        return problems.orThrow(json);
    }

    /** Reads one JSON document, like {@link #read(byte[])}. */
    static JsonValue read(String text) {
        Problems problems = new Problems();
        JsonValue json = JsonReader.read(text, problems);
        return problems.orThrow(json);
    }

    /** Indented by two spaces, line feeds, members in their order, a line feed at the end. */
    default String pretty() {
        return JsonWriter.pretty(this);
    }

    /** The same value with the members of every object in alphabetical order. */
    default JsonValue sorted() {
        if (this instanceof Obj obj) {
            Map<String, JsonValue> members = new TreeMap<>();
            obj.members().forEach((key, member) -> members.put(key, member.sorted()));
            return new Obj(members);
        }
        return this instanceof Arr arr
                ? new Arr(arr.items().stream().map(JsonValue::sorted).toList())
                : this;
    }
}
