package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Login;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.build.sbom.ImageSboms;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes whole images as tars, with Jib: on a base with the packages of a lock, or on a runtime image built elsewhere. */
final class TarImages {

    private final Registries registries;
    private final BuildCache cache;
    private final Projects projects;
    private final ImageSboms sboms;

    TarImages(Registries registries, BuildCache cache, Projects projects) {
        this.registries = registries;
        this.cache = cache;
        this.projects = projects;
        this.sboms = new ImageSboms(registries, cache);
    }

    /**
     * What to write.
     *
     * @param hash of everything that decides the image
     * @param files the agent's own
     * @param pending the file to write
     * @param below base or runtime
     */
    record Order(
            AgentSpec spec,
            ImageLock lock,
            String hash,
            SortedMap<String, byte[]> files,
            Path pending,
            String repository,
            BaseImages.Image below) {}

    /** What was written, and its bill. */
    record Written(String digest, Sbom sbom) {}

    Written write(Order order, WorkContext context) {
        try {
            return order.lock().runtime() != null ? onGiven(order, context) : onBase(order, context);
        } catch (InvalidImageReferenceException e) {
            throw new IllegalStateException("Names were checked before", e);
        }
    }

    private Written onBase(Order w, WorkContext context) throws InvalidImageReferenceException {
        ImageRef baseRef = Objects.requireNonNull(w.lock().base());
        String project = Objects.requireNonNull(w.lock().project());
        String runtimeHash = RuntimeContent.hash(w.lock(), projects);
        try (Projects.Installed installed = projects.install(project, w.lock().platform(), context)) {
            RuntimeContent content =
                    RuntimeContent.of(cache, projects.runtimeFiles(w.spec(), project), installed.nodeModules());
            Map<String, String> labels = RuntimeContent.labels(
                    w.below(), baseRef, runtimeHash, projects.plugins(project), projects.runner());
            labels.putAll(labels(w, w.below().manifest().layers().size() + 3));
            JibContainerBuilder image = content.layers(from(w, context), List.of(agent(w)))
                    .setLabels(labels)
                    .setEntrypoint(RuntimeContent.entrypoint(w.below().config()));
            ImageRef written = written(w, image, context, runtimeHash, content.bytes());
            Sbom sbom = sboms.ofRuntime(
                    written,
                    w.below().ref(),
                    w.below().manifest(),
                    installed.nodeModules(),
                    installed.integrity(),
                    context);
            return new Written(String.valueOf(written.digest()), sbom);
        }
    }

    private Written onGiven(Order w, WorkContext context) throws InvalidImageReferenceException {
        BaseImages.Image runtime = w.below();
        Map<String, String> labels = labels(w, runtime.manifest().layers().size());
        labels.put(Labels.BASE_NAME, runtime.ref().name());
        labels.put(Labels.BASE_DIGEST, runtime.manifest().digest());
        JsonNode config = runtime.config().path("config");
        List<String> entrypoint = new ArrayList<>();
        config.path("Entrypoint").forEach(word -> entrypoint.add(word.asText()));
        JibContainerBuilder image = from(w, context)
                .addFileEntriesLayer(agent(w))
                .setCreationTime(Instant.EPOCH)
                .setEnvironment(RuntimeContent.missing(config))
                .setUser(config.path("User").asText())
                .setWorkingDirectory(AbsoluteUnixPath.get(RuntimeContent.APP))
                .setLabels(labels)
                .setEntrypoint(entrypoint);
        ImageRef written = written(
                w,
                image,
                context,
                RuntimeImages.hash(w.lock(), projects),
                runtime.manifest().layers().stream()
                        .mapToLong(Manifest.Part::size)
                        .sum());
        Sbom sbom = sboms.ofWhole(written, w.spec().name(), runtime.ref(), runtime.manifest(), w.files(), context);
        return new Written(String.valueOf(written.digest()), sbom);
    }

    private FileEntriesLayer agent(Order w) {
        return LayerTree.of("launchpad: agent", cache.stage(w.files()), RuntimeContent.APP)
                .layer();
    }

    private static Map<String, String> labels(Order w, int runtimeLayers) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Labels.TITLE, w.spec().name());
        labels.put(Labels.AGENT, w.hash());
        labels.put(Labels.RUNTIME_LAYERS, String.valueOf(runtimeLayers));
        return labels;
    }

    private JibContainerBuilder from(Order w, WorkContext context) throws InvalidImageReferenceException {
        RegistryClient registry = registries.of(w.below().ref());
        RegistryImage image = RegistryImage.named(w.below().ref().toString());
        if (!registry.isPlain(context)) {
            Optional<Login> login = registry.login();
            if (login.isPresent()) {
                image.addCredential(login.get().user(), login.get().password());
            }
        }
        return Jib.from(image)
                .setFormat(ImageFormat.Docker)
                .setPlatforms(Set.of(new Platform(w.lock().platform().architecture(), "linux")));
    }

    private ImageRef written(Order w, JibContainerBuilder image, WorkContext context, String runtimeHash, long bytes) {
        RegistryClient registry = registries.of(w.below().ref());
        String digest = w.below().manifest().digest();
        Path layers = cache.directory("jib", runtimeHash);
        Path below = cache.directory("bases", Digests.hash(digest).substring(0, 32));
        JibContainer container = JibRun.run(
                image,
                () -> containerizer(w.pending(), w.repository(), w.hash(), layers, below, registry.isPlain(context)),
                registry.host(),
                "writing " + w.pending().getFileName(),
                bytes,
                context);
        return new ImageRef(
                "localhost", w.repository(), null, container.getDigest().toString());
    }

    private static Containerizer containerizer(
            Path file, String repository, String hash, Path layers, Path below, boolean plain) {
        try {
            return Containerizer.to(TarImage.at(file).named("localhost/" + repository + ":" + hash))
                    .setBaseImageLayersCache(below)
                    .setApplicationLayersCache(layers)
                    .setAlwaysCacheBaseImage(true)
                    .setAllowInsecureRegistries(plain)
                    .setToolName("launchpad");
        } catch (InvalidImageReferenceException e) {
            throw new IllegalStateException("Names were checked before", e);
        }
    }
}
