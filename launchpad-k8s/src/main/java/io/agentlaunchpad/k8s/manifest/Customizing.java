package io.agentlaunchpad.k8s.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.error.PreflightException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Lets customizers adjust an object, and holds them to what must stay. */
final class Customizing {

    /** What says whose an object is, which pods it means, and what only operations change. */
    private static final List<String> FIXED = List.of(
            "/apiVersion",
            "/kind",
            "/metadata/name",
            "/metadata/namespace",
            "/metadata/generateName",
            "/metadata/ownerReferences",
            "/spec/selector",
            "/spec/podSelector",
            "/spec/replicas");

    private static final List<String> MARKED = List.of(
            "/metadata/labels",
            "/metadata/annotations",
            "/spec/template/metadata/labels",
            "/spec/template/metadata/annotations");

    private Customizing() {}

    static Manifest of(Asked asked, Manifest manifest) {
        List<BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj>> customizers =
                asked.settings().customizers();
        Manifest now = manifest;
        for (int i = 0; i < customizers.size(); i++) {
            String which = customizers.size() == 1 ? "The customizer" : "Customizer " + (i + 1);
            now = Manifest.of(adjusted(asked, customizers.get(i), now, which));
        }
        return now;
    }

    private static ObjectNode adjusted(
            Asked asked,
            BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj> customizer,
            Manifest before,
            String which) {
        JsonValue.@Nullable Obj given;
        try {
            given = customizer.apply(asked.spec(), (JsonValue.Obj) value(before.tree()));
        } catch (RuntimeException e) {
            throw refused(which + " failed on " + before + ": " + e + ".", e);
        }
        if (given == null) {
            throw refused(which + " returned nothing for " + before + ".", null);
        }
        ObjectNode after = (ObjectNode) node(given);
        TreeSet<String> changed = new TreeSet<>();
        for (String path : FIXED) {
            if (!before.tree().at(path).equals(after.at(path))) {
                changed.add(path);
            }
        }
        for (String path : MARKED) {
            if (!ours(before.tree().at(path)).equals(ours(after.at(path)))) {
                changed.add(path);
            }
        }
        if (before.workload()
                && Manifest.container(after.at("/spec/template/spec")).isMissingNode()) {
            changed.add("/spec/template/spec/containers[name=" + Names.CONTAINER + "]");
        }
        if (asked.oneAtATime() && !before.tree().at("/spec/strategy").equals(after.at("/spec/strategy"))) {
            changed.add("/spec/strategy");
        }
        if (!changed.isEmpty()) {
            throw refused(
                    which + " changed " + String.join(", ", changed).replace('/', '.') + " of " + before
                            + ", which Launchpad needs as it is.",
                    null);
        }
        return after;
    }

    private static Map<String, JsonNode> ours(JsonNode marks) {
        Map<String, JsonNode> kept = new LinkedHashMap<>();
        marks.properties().stream()
                .filter(mark -> Labels.ours(mark.getKey()))
                .forEach(mark -> kept.put(mark.getKey(), mark.getValue()));
        return kept;
    }

    private static PreflightException refused(String what, @Nullable Throwable cause) {
        return new PreflightException(
                "CUSTOMIZER_REFUSED", what, "correct the ManifestCustomizer; nothing was applied.", cause);
    }

    static JsonValue value(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), value(member.getValue())));
            return new JsonValue.Obj(members);
        } else if (node.isArray()) {
            List<JsonValue> items = new ArrayList<>();
            node.forEach(item -> items.add(value(item)));
            return new JsonValue.Arr(items);
        } else if (node.isNumber()) {
            return new JsonValue.Num(node.doubleValue());
        } else if (node.isBoolean()) {
            return new JsonValue.Bool(node.booleanValue());
        }
        return node.isNull() ? JsonValue.Null.NULL : new JsonValue.Text(node.asText());
    }

    /** Whole numbers stay whole, small ones small: {@code 1} read back equals {@code 1}. */
    static JsonNode node(JsonValue value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof JsonValue.Obj obj) {
            ObjectNode tree = nodes.objectNode();
            obj.members().forEach((name, member) -> tree.set(name, node(member)));
            return tree;
        } else if (value instanceof JsonValue.Arr arr) {
            return nodes.arrayNode()
                    .addAll(arr.items().stream().map(Customizing::node).toList());
        } else if (value instanceof JsonValue.Num num) {
            double number = num.value();
            boolean whole = Math.rint(number) == number;
            if (whole && Math.abs(number) <= Integer.MAX_VALUE) {
                return nodes.numberNode((int) number);
            }
            return whole ? nodes.numberNode((long) number) : nodes.numberNode(number);
        } else if (value instanceof JsonValue.Bool bool) {
            return nodes.booleanNode(bool.value());
        } else if (value instanceof JsonValue.Text text) {
            return nodes.textNode(text.value());
        }
        return nodes.nullNode();
    }
}
