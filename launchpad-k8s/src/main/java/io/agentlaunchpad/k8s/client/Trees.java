package io.agentlaunchpad.k8s.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** Objects that Launchpad makes itself, beside those of a release. */
public final class Trees {

    private Trees() {}

    /** A Secret. */
    public static ObjectNode secret(
            String name,
            String type,
            Map<String, String> labels,
            Map<String, String> annotations,
            boolean immutable,
            Map<String, byte[]> data) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("apiVersion", "v1").put("kind", "Secret").put("type", type);
        if (immutable) {
            tree.put("immutable", true);
        }
        ObjectNode metadata = tree.putObject("metadata").put("name", name);
        fill(metadata.putObject("labels"), labels);
        fill(metadata.putObject("annotations"), annotations);
        ObjectNode values = tree.putObject("data");
        new TreeMap<>(data)
                .forEach((key, value) -> values.put(key, Base64.getEncoder().encodeToString(value)));
        return tree;
    }

    /** A Secret's values. */
    public static Map<String, byte[]> data(JsonNode secret) {
        Map<String, byte[]> all = new TreeMap<>();
        secret.path("data")
                .properties()
                .forEach(entry -> all.put(
                        entry.getKey(),
                        Base64.getDecoder().decode(entry.getValue().asText())));
        return all;
    }

    /** One value as text, or empty. */
    public static String text(JsonNode secret, String key) {
        byte[] value = data(secret).get(key);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /** A member's texts. */
    public static Map<String, String> texts(JsonNode object) {
        Map<String, String> all = new TreeMap<>();
        object.properties()
                .forEach(entry -> all.put(entry.getKey(), entry.getValue().asText()));
        return all;
    }

    private static void fill(ObjectNode target, Map<String, String> texts) {
        new TreeMap<>(texts).forEach(target::put);
    }
}
