package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.build.internal.registry.RuntimeBelow;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Makes, attaches and finds the bills of Launchpad's images. For the builder; others read them with
 * {@link io.agentlaunchpad.build.jib.JibImageBuilder#sbom}.
 */
public final class ImageSboms {

    private final Registries registries;
    private final BuildCache cache;

    public ImageSboms(Registries registries, BuildCache cache) {
        this.registries = registries;
        this.cache = cache;
    }

    /** The bill of a runtime image: npm packages as installed, and the base's packages where it has records of them. */
    public Sbom ofRuntime(
            ImageRef runtime,
            ImageRef base,
            Manifest baseManifest,
            Path nodeModules,
            Map<String, String> integrity,
            WorkContext context) {
        List<ObjectNode> components = new ArrayList<>();
        components.add(Components.imageBelow(base, base.repository(), ""));
        try {
            components.addAll(NpmTree.components(nodeModules, integrity));
        } catch (IOException e) {
            throw new BuildException(
                    "SBOM_UNREADABLE",
                    "The packages in " + nodeModules + " cannot be listed: " + e.getMessage() + ".",
                    "install the dependencies anew.",
                    e);
        }
        components.addAll(OsPackages.components(registries.of(base), base, baseManifest, cache, context));
        return Sbom.of(runtime, "ElizaOS runtime", components);
    }

    /** The bill of a runtime image that came without one, from what stands in its layers. */
    public Sbom ofGiven(ImageRef runtime, Manifest manifest, WorkContext context) {
        List<ObjectNode> components = OsPackages.withNpm(registries.of(runtime), runtime, manifest, cache, context);
        return Sbom.of(runtime, "ElizaOS runtime", components);
    }

    /** The bill of an agent's image: its files, and the runtime image, whose bill says the rest. */
    public Sbom ofAgent(ImageRef agent, String name, ImageRef runtime, SortedMap<String, byte[]> files) {
        RuntimeSerials serials = new RuntimeSerials(cache);
        List<ObjectNode> components = new ArrayList<>();
        components.add(Components.imageBelow(runtime, "ElizaOS runtime", serials.of(runtime)));
        files.forEach((path, content) ->
                components.add(Components.file(path, Digests.of(content).substring("sha256:".length()))));
        return Sbom.of(agent, name, components);
    }

    /** The bill of an agent's image with all of its runtime's in it, for places where nobody could look that up. */
    public Sbom ofWhole(
            ImageRef agent,
            String name,
            ImageRef runtime,
            Manifest runtimeManifest,
            SortedMap<String, byte[]> files,
            WorkContext context) {
        Sbom below = find(runtime, context).orElseGet(() -> ofGiven(runtime, runtimeManifest, context));
        return ofAgent(agent, name, runtime, files).over(below);
    }

    /** Puts a bill beside its image. A registry that takes none is told of and left as it is: the image is good. */
    public void attach(ImageRef image, Manifest manifest, Sbom sbom, WorkContext context) {
        RegistryClient registry = registries.of(image);
        try {
            Referrers.attach(registry, image, manifest, sbom, context);
            new RuntimeSerials(cache).keep(image, sbom.serialNumber());
        } catch (BuildException | PreflightException refused) {
            context.progress("the registry takes no bill of materials: " + refused.getMessage());
        }
    }

    /** The whole bill of an image, that of the runtime below included. */
    public Optional<Sbom> find(ImageRef image, WorkContext context) {
        RegistryClient registry = registries.of(image);
        Optional<Sbom> own = Referrers.find(registry, image, context);
        Manifest manifest = registry.manifest(image.repository(), Registries.reference(image), context);
        JsonNode config = OciJson.lenient(
                registry.blob(image.repository(), manifest.config().digest(), context));
        Optional<ImageRef> runtime = RuntimeBelow.of(image, config);
        if (own.isEmpty() || runtime.isEmpty()) {
            return own;
        }
        return Optional.of(Referrers.find(registries.of(runtime.get()), runtime.get(), context)
                .map(below -> own.get().over(below))
                .orElse(own.get()));
    }

    /** Numbers of runtimes' bills, so that an agent's can name it without reading it. */
    private record RuntimeSerials(BuildCache cache) {
        void keep(ImageRef image, String serial) {
            cache.keep("serials", name(image), serial, 2000);
        }

        String of(ImageRef image) {
            return cache.kept("serials", name(image)).orElse("");
        }

        private static String name(ImageRef image) {
            return Digests.hash(String.valueOf(image.digest())).substring(0, 40);
        }
    }
}
