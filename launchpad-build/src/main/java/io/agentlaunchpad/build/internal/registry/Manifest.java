package io.agentlaunchpad.build.internal.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest or an index as the registry keeps it.
 *
 * @param mediaType its type
 * @param digest of the bytes
 * @param json parsed
 * @param text exactly as it is kept
 */
public record Manifest(String mediaType, String digest, JsonNode json, String text) {

    /**
     * One part of an image.
     *
     * @param mediaType its type
     * @param digest of its bytes
     * @param size in bytes
     */
    public record Part(String mediaType, String digest, long size) {
        static Part of(JsonNode json) {
            return new Part(
                    json.path("mediaType").asText(),
                    json.path("digest").asText(),
                    json.path("size").asLong());
        }
    }

    /** Reads bytes of a manifest; its own statement of its type wins over the header's. */
    public static Manifest of(byte[] bytes, String header) {
        JsonNode json = OciJson.lenient(bytes);
        String own = json.path("mediaType").asText();
        String type = own.isEmpty() ? header.split(";", 2)[0].trim() : own;
        if (own.isEmpty() && json.path("manifests").isArray()) {
            type = MediaTypes.OCI_INDEX;
        }
        return new Manifest(type, Digests.of(bytes), json, new String(bytes, StandardCharsets.UTF_8));
    }

    public byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    public Part config() {
        return Part.of(json.path("config"));
    }

    public List<Part> layers() {
        List<Part> layers = new ArrayList<>();
        json.path("layers").forEach(layer -> layers.add(Part.of(layer)));
        return layers;
    }

    /** The digest of an index's image for that system. */
    public Optional<String> forPlatform(String os, String architecture) {
        for (JsonNode entry : json.path("manifests")) {
            JsonNode platform = entry.path("platform");
            if (platform.path("os").asText().equals(os)
                    && platform.path("architecture").asText().equals(architecture)) {
                return Optional.of(entry.path("digest").asText());
            }
        }
        return Optional.empty();
    }
}
