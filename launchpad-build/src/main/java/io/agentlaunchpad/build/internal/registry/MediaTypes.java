package io.agentlaunchpad.build.internal.registry;

import java.util.Locale;

/** Names of the OCI image specification 1.1 and of Docker's registry, version 2 schema 2. */
public final class MediaTypes {

    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String CYCLONEDX = "application/vnd.cyclonedx+json";

    static final String ACCEPTED = String.join(", ", OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);

    private MediaTypes() {}

    static boolean isIndex(String mediaType) {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** The OCI name of a layer's type; a manifest must not mix the two families. */
    public static String layerAsOci(String mediaType) {
        String lower = mediaType.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("application/vnd.docker.image.rootfs.")) {
            return mediaType;
        }
        return lower.endsWith("gzip") ? OCI_LAYER_GZIP : OCI_LAYER;
    }

    public static boolean isZstd(String mediaType) {
        return mediaType.endsWith("zstd");
    }
}
