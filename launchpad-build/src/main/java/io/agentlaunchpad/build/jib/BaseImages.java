package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.spi.WorkContext;

/** Finds which image a name means today, for one platform. */
final class BaseImages {

    private final Registries registries;

    BaseImages(Registries registries) {
        this.registries = registries;
    }

    /**
     * An image with what it says of itself.
     *
     * @param ref by digest
     * @param manifest of that digest
     * @param config its configuration
     */
    record Image(ImageRef ref, Manifest manifest, JsonNode config) {

        String label(String name) {
            return config.path("config").path("Labels").path(name).asText();
        }

        /** The same without one of its labels, for those who do not believe it. */
        Image without(String name) {
            ObjectNode copy = config.deepCopy();
            copy.withObject("/config").withObject("/Labels").remove(name);
            return new Image(ref, manifest, copy);
        }
    }

    /** The image of a name for a platform: an index is followed, and the wrong architecture refused. */
    Image resolve(ImageRef ref, ImagePlatform platform, WorkContext context) {
        RegistryClient registry = registries.of(ref);
        Manifest manifest = registry.manifest(ref.repository(), Registries.reference(ref), context);
        if (manifest.isIndex()) {
            String digest = manifest.forPlatform("linux", platform.architecture())
                    .orElseThrow(() -> new PreflightException(
                            "IMAGE_NOT_FOR_PLATFORM",
                            "The image " + ref + " has no variant for " + platform + ".",
                            "choose another platform or another image.",
                            null));
            manifest = registry.manifest(ref.repository(), digest, context);
        }
        Image image = read(registry, ref, manifest, context);
        String architecture = image.config().path("architecture").asText();
        if (!architecture.isEmpty() && !architecture.equals(platform.architecture())) {
            throw new PreflightException(
                    "IMAGE_NOT_FOR_PLATFORM",
                    "The image " + ref + " is for " + architecture + ", not for " + platform + ".",
                    "choose another platform or another image.",
                    null);
        }
        if (manifest.layers().stream().anyMatch(layer -> MediaTypes.isZstd(layer.mediaType()))) {
            throw new PreflightException(
                    "IMAGE_UNSUPPORTED",
                    "The image " + ref + " has layers compressed by zstd, which cannot be built upon.",
                    "choose a variant with gzip layers.",
                    null);
        }
        return image;
    }

    Image read(ImageRef ref, WorkContext context) {
        RegistryClient registry = registries.of(ref);
        return read(registry, ref, registry.manifest(ref.repository(), Registries.reference(ref), context), context);
    }

    private static Image read(RegistryClient registry, ImageRef ref, Manifest manifest, WorkContext context) {
        JsonNode config = OciJson.lenient(
                registry.blob(ref.repository(), manifest.config().digest(), context));
        return new Image(ref.withDigest(manifest.digest()), manifest, config);
    }
}
