package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.build.internal.SmallTar;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The image of one agent: its runtime's layers, unchanged, and one small layer. Pure.
 *
 * <p>The layer is an uncompressed tar: a few KB gain little from compression, and compressors of different Java versions
 * and systems write different bytes.
 */
final class AgentImages {

    private AgentImages() {}

    /** Everything to send: layer and configuration first, the manifest last. */
    static final class Made {
        final byte[] manifest;
        final byte[] config;
        final byte[] layer;

        Made(byte[] manifest, byte[] config, byte[] layer) {
            this.manifest = manifest;
            this.config = config;
            this.layer = layer;
        }

        String digest() {
            return Digests.of(manifest);
        }
    }

    static Made make(BaseImages.Image runtime, String agentName, String hash, SortedMap<String, byte[]> files) {
        byte[] layer = SmallTar.of(under(files));
        byte[] config = OciJson.bytes(config(runtime, agentName, hash, layer));
        return new Made(OciJson.bytes(manifest(runtime, config, layer)), config, layer);
    }

    private static SortedMap<String, byte[]> under(SortedMap<String, byte[]> files) {
        SortedMap<String, byte[]> placed = new TreeMap<>();
        files.forEach((path, content) -> placed.put(RuntimeContent.APP.substring(1) + "/" + path, content));
        return placed;
    }

    private static ObjectNode config(BaseImages.Image runtime, String agentName, String hash, byte[] layer) {
        ObjectNode config = runtime.config().deepCopy();
        ObjectNode inner = config.withObject("/config");
        Map<String, String> labels = new TreeMap<>();
        inner.path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.put(Labels.TITLE, agentName);
        // Where it was pushed to is no part of an image: the same agent has one digest in every registry.
        labels.remove(Labels.BASE_NAME);
        labels.put(Labels.BASE_DIGEST, runtime.manifest().digest());
        labels.put(Labels.RUNTIME_DIGEST, runtime.manifest().digest());
        labels.put(
                Labels.RUNTIME_LAYERS,
                String.valueOf(runtime.manifest().layers().size()));
        labels.put(Labels.AGENT, hash);
        ObjectNode labelled = inner.putObject("Labels");
        labels.forEach(labelled::put);
        // A runtime of ours has them all; one from a Dockerfile gets those that it lacks.
        RuntimeContent.missing(inner)
                .forEach((name, value) -> inner.withArray("Env").add(name + "=" + value));
        config.withObject("/rootfs").withArray("diff_ids").add(Digests.of(layer));
        ObjectNode history = OciJson.object();
        history.put("created", config.path("created").asText("1970-01-01T00:00:00Z"));
        history.put("created_by", "launchpad");
        history.put("comment", "launchpad: agent");
        config.withArray("history").add(history);
        return config;
    }

    private static ObjectNode manifest(BaseImages.Image runtime, byte[] config, byte[] layer) {
        ObjectNode manifest = OciJson.object();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.OCI_MANIFEST);
        manifest.set("config", part(MediaTypes.OCI_CONFIG, Digests.of(config), config.length));
        ArrayNode layers = manifest.putArray("layers");
        for (Manifest.Part below : runtime.manifest().layers()) {
            layers.add(part(MediaTypes.layerAsOci(below.mediaType()), below.digest(), below.size()));
        }
        layers.add(part(MediaTypes.OCI_LAYER, Digests.of(layer), layer.length));
        return manifest;
    }

    static JsonNode part(String mediaType, String digest, long size) {
        ObjectNode part = OciJson.object();
        part.put("mediaType", mediaType);
        part.put("digest", digest);
        part.put("size", size);
        return part;
    }
}
