package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.build.internal.registry.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose layer is whose, by the labels that Launchpad's images carry.
 *
 * @param diffIds uncompressed digests in order
 * @param base how many are the base's
 * @param runtime how many are the base's and the runtime's together
 */
record ImageLayers(List<String> diffIds, int base, int runtime) {

    static ImageLayers of(JsonNode config) {
        List<String> diffIds = new ArrayList<>();
        config.path("rootfs").path("diff_ids").forEach(id -> diffIds.add(id.asText()));
        JsonNode labels = config.path("config").path("Labels");
        int all = diffIds.size();
        // A runtime from a Dockerfile does not say where its base ends: ask who made the runtime.
        boolean ours = labels.hasNonNull("io.agentlaunchpad.plugins");
        int base = number(labels.path("io.agentlaunchpad.base.layers"), ours ? 0 : all);
        int runtime = number(labels.path("io.agentlaunchpad.runtime.layers"), all);
        return new ImageLayers(diffIds, base, runtime);
    }

    /** An image without our labels is all base: it is its author who is to be asked. */
    Finding.Layer of(String diffId) {
        int at = diffIds.indexOf(diffId);
        if (at < 0 || at < base) {
            return Finding.Layer.BASE;
        }
        return at < runtime ? Finding.Layer.RUNTIME : Finding.Layer.AGENT;
    }

    /** Whether a manifest is really that runtime and one layer: labels alone prove nothing. */
    static boolean standsOn(Manifest image, Manifest runtime) {
        List<String> all = image.layers().stream().map(Manifest.Part::digest).toList();
        List<String> below =
                runtime.layers().stream().map(Manifest.Part::digest).toList();
        return all.size() == below.size() + 1 && all.subList(0, below.size()).equals(below);
    }

    private static int number(JsonNode label, int otherwise) {
        String text = label.asText();
        return text.matches("\\d{1,4}") ? Integer.parseInt(text) : otherwise;
    }
}
