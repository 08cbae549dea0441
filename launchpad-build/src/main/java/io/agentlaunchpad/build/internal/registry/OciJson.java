package io.agentlaunchpad.build.internal.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON whose bytes are the same everywhere: keys in the order they were put, no white space. */
public final class OciJson {

    public static final ObjectMapper MAPPER = new ObjectMapper();

    private OciJson() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads; what is no JSON becomes an empty object. */
    public static JsonNode lenient(byte[] content) {
        try {
            JsonNode node = MAPPER.readTree(content);
            return node == null ? object() : node;
        } catch (IOException e) {
            return object();
        }
    }
}
