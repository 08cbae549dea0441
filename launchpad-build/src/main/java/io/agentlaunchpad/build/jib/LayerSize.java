package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.build.internal.registry.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer of an image.
 *
 * @param of whose it is
 * @param digest as the registry names it
 * @param bytes as the registry keeps it, compressed where it is
 */
public record LayerSize(Finding.Layer of, String digest, long bytes) {

    static List<LayerSize> of(BaseImages.Image image) {
        List<Manifest.Part> parts = image.manifest().layers();
        // A runtime from a Dockerfile does not say where its base ends.
        int base = number(
                image.label(Labels.BASE_LAYERS), image.label(Labels.PLUGINS).isEmpty() ? parts.size() : 0);
        int runtime = number(image.label(Labels.RUNTIME_LAYERS), parts.size());
        List<LayerSize> sizes = new ArrayList<>();
        for (Manifest.Part part : parts) {
            int at = sizes.size();
            Finding.Layer whose =
                    at < base ? Finding.Layer.BASE : at < runtime ? Finding.Layer.RUNTIME : Finding.Layer.AGENT;
            sizes.add(new LayerSize(whose, part.digest(), part.size()));
        }
        return sizes;
    }

    private static int number(String label, int otherwise) {
        return label.matches("\\d{1,4}") ? Integer.parseInt(label) : otherwise;
    }
}
