package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.SmallTar;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.testbed.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** Images as other tools leave them: in Docker's own formats, with one gzip layer on an image that is there. */
final class TestImages {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private TestImages() {}

    /**
     * An image to build on where nobody runs what is built: the real one's settings and one small layer, for the real one's
     * 45 MB are the most of such a test's work. Pushing it again gives the same.
     */
    static String smallBase(Registry registry) {
        String name = registry.repository() + "/small-base:1";
        push(registry, name, false, files(Map.of("etc/os-release", "ID=none\n")), config -> {});
        return name;
    }

    static RegistryClient client(Registry registry) {
        return new Registries(host -> Optional.empty(), Set.of()).at(registry.host());
    }

    static BaseImages.Image read(ImageRef image) {
        return new BaseImages(new Registries(host -> Optional.empty(), Set.of())).read(image, TestContext.patient());
    }

    /** Text files by path. */
    static SortedMap<String, byte[]> files(Map<String, String> texts) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        texts.forEach((path, text) -> files.put(path, text.getBytes()));
        return files;
    }

    /**
     * @param name repository and tag, in that registry
     * @param changes what the new configuration says otherwise; given the whole, with {@code config} in it
     * @return its name by digest
     */
    static ImageRef push(
            Registry registry, String name, SortedMap<String, byte[]> files, Consumer<ObjectNode> changes) {
        return push(registry, name, true, files, changes);
    }

    private static ImageRef push(
            Registry registry,
            String name,
            boolean onBase,
            SortedMap<String, byte[]> files,
            Consumer<ObjectNode> changes) {
        ImageRef ref = ImageRef.parse(name);
        RegistryClient client = client(registry);
        TestContext context = TestContext.patient();
        BaseImages.Image base = read(ImageRef.parse(registry.baseImage()));
        byte[] tar = SmallTar.of(files);
        byte[] layer = gzip(tar);
        ObjectNode config = base.config().deepCopy();
        if (!onBase) {
            config.withObject("/rootfs").putArray("diff_ids");
            config.remove("history");
        }
        config.withObject("/rootfs").withArray("diff_ids").add(Digests.of(tar));
        config.withArray("history").addObject().put("created_by", "COPY . .");
        changes.accept(config);
        byte[] configBytes = OciJson.bytes(config);

        ObjectNode manifest = OciJson.object();
        manifest.put("schemaVersion", 2).put("mediaType", MANIFEST);
        manifest.set("config", AgentImages.part(CONFIG, Digests.of(configBytes), configBytes.length));
        ArrayNode layers = manifest.putArray("layers");
        for (Manifest.Part part : onBase ? base.manifest().layers() : List.<Manifest.Part>of()) {
            client.mount(ref.repository(), part.digest(), base.ref().repository(), context);
            layers.add(AgentImages.part(LAYER, part.digest(), part.size()));
        }
        layers.add(AgentImages.part(LAYER, Digests.of(layer), layer.length));
        client.upload(ref.repository(), Digests.of(layer), layer, context);
        client.upload(ref.repository(), Digests.of(configBytes), configBytes, context);
        byte[] bytes = OciJson.bytes(manifest);
        client.put(ref.repository(), String.valueOf(ref.tag()), bytes, MANIFEST, context);
        return ref.withDigest(Digests.of(bytes));
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
