package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Bills of materials beside their images: as referrers after the OCI distribution specification 1.1, and for registries
 * that know none by its tag schema, an index under the tag {@code sha256-<digest>}.
 */
final class Referrers {

    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private Referrers() {}

    static void attach(RegistryClient registry, ImageRef image, Manifest of, Sbom sbom, WorkContext context) {
        byte[] document = sbom.toJson().getBytes(StandardCharsets.UTF_8);
        String repository = image.repository();
        if (!registry.hasBlob(repository, Digests.of(EMPTY), context)) {
            registry.upload(repository, Digests.of(EMPTY), EMPTY, context);
        }
        registry.upload(repository, Digests.of(document), document, context);
        byte[] manifest = OciJson.bytes(manifest(of, document));
        String digest = Digests.of(manifest);
        if (registry.put(repository, digest, manifest, MediaTypes.OCI_MANIFEST, context)) {
            return;
        }
        ObjectNode entry = part(MediaTypes.OCI_MANIFEST, digest, manifest.length);
        entry.put("artifactType", MediaTypes.CYCLONEDX);
        String tag = tag(of.digest());
        Optional<Manifest> before = registry.manifestIfAny(repository, tag, context);
        ObjectNode index = OciJson.object();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.OCI_INDEX);
        ArrayNode entries = index.putArray("manifests");
        if (before.isPresent()) {
            for (JsonNode known : before.get().json().path("manifests")) {
                if (known.path("digest").asText().equals(digest)) {
                    return;
                }
                entries.add(known);
            }
        }
        entries.add(entry);
        registry.put(repository, tag, OciJson.bytes(index), MediaTypes.OCI_INDEX, context);
    }

    /** The bill of an image, where one is attached. */
    static Optional<Sbom> find(RegistryClient registry, ImageRef image, WorkContext context) {
        String digest = String.valueOf(image.digest());
        Optional<Manifest> list = registry.referrers(image.repository(), digest, context);
        if (list.isEmpty()) {
            list = registry.manifestIfAny(image.repository(), tag(digest), context);
        }
        if (list.isEmpty()) {
            return Optional.empty();
        }
        for (JsonNode entry : list.get().json().path("manifests")) {
            if (entry.path("artifactType").asText().equals(MediaTypes.CYCLONEDX)) {
                Manifest manifest = registry.manifest(
                        image.repository(), entry.path("digest").asText(), context);
                byte[] document = registry.blob(
                        image.repository(), manifest.layers().get(0).digest(), context);
                return Optional.of(Sbom.fromJson(new String(document, StandardCharsets.UTF_8)));
            }
        }
        return Optional.empty();
    }

    private static ObjectNode manifest(Manifest of, byte[] document) {
        ObjectNode manifest = OciJson.object();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.OCI_MANIFEST);
        manifest.put("artifactType", MediaTypes.CYCLONEDX);
        manifest.set("config", part(MediaTypes.OCI_EMPTY, Digests.of(EMPTY), EMPTY.length));
        manifest.putArray("layers").add(part(MediaTypes.CYCLONEDX, Digests.of(document), document.length));
        manifest.set("subject", part(of.mediaType(), of.digest(), of.bytes().length));
        return manifest;
    }

    private static ObjectNode part(String mediaType, String digest, long size) {
        ObjectNode part = OciJson.object();
        part.put("mediaType", mediaType);
        part.put("digest", digest);
        part.put("size", size);
        return part;
    }

    private static String tag(String digest) {
        return digest.replace(':', '-');
    }
}
