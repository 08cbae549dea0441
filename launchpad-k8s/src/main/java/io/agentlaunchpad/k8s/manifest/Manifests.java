package io.agentlaunchpad.k8s.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * Objects as text and back: one line of JSON, the members of every object sorted, so that equal objects are equal texts.
 *
 * <p>Law: {@code write(read(text)).equals(text)} for every text that {@code write} made.
 */
public final class Manifests {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Manifests() {}

    /** The canonical text of the objects, in their order. */
    public static String write(List<Manifest> manifests) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        manifests.forEach(manifest -> all.add(sorted(manifest.tree())));
        return text(all);
    }

    /**
     * What {@link #write} wrote.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static List<Manifest> read(String text) {
        JsonNode all;
        try {
            all = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a list of Kubernetes objects: " + e.getOriginalMessage(), e);
        }
        List<Manifest> manifests = new ArrayList<>();
        for (JsonNode one : all) {
            if (!(one instanceof ObjectNode tree) || !tree.hasNonNull("kind")) {
                throw new IllegalArgumentException("Not a list of Kubernetes objects: one has no kind");
            }
            manifests.add(Manifest.of(tree));
        }
        if (!all.isArray()) {
            throw new IllegalArgumentException("Not a list of Kubernetes objects, but " + all.getNodeType());
        }
        return List.copyOf(manifests);
    }

    /** 64 hex digits of the SHA-256 of the canonical text. */
    public static String hash(JsonNode tree) {
        return hash(text(sorted(tree)));
    }

    /** 64 hex digits of the SHA-256 of a text. */
    public static String hash(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** A copy with the members of every object in alphabetical order. */
    public static JsonNode sorted(JsonNode tree) {
        if (tree.isObject()) {
            ObjectNode ordered = JsonNodeFactory.instance.objectNode();
            TreeSet<String> names = new TreeSet<>();
            tree.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> ordered.set(name, sorted(tree.get(name))));
            return ordered;
        } else if (tree.isArray()) {
            ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
            tree.forEach(item -> ordered.add(sorted(item)));
            return ordered;
        }
        return tree;
    }

    /** Maps, lists, texts, numbers and booleans as a tree. */
    static ObjectNode tree(Object map) {
        return JSON.valueToTree(map);
    }

    private static String text(JsonNode tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree is always a text", e);
        }
    }
}
