package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.SmallTar;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.build.internal.registry.RuntimeBelow;
import io.agentlaunchpad.build.sbom.ImageSboms;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Images in a registry. An agent's image is looked up by the hash of its inputs first; a new one goes out under its
 * pending tag and gets the final one in {@link #publish}.
 */
final class RegistryTarget implements Target {

    /** Part of every hash: raise it when the same inputs must give another image. */
    private static final String VERSION = "agent 1";

    private static final int REMEMBERED = 1000;

    private final RegistryClient registry;
    private final String prefix;
    private final Projects projects;
    private final RuntimeImages runtimes;
    private final Registries registries;
    private final BuildCache cache;
    private final OwnFiles own;
    private final ImageSboms sboms;
    private final Set<String> mounted = ConcurrentHashMap.newKeySet();
    private final Set<String> published = ConcurrentHashMap.newKeySet();
    private final Map<String, AgentImages.Made> fresh = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AgentImages.Made> eldest) {
            return size() > REMEMBERED;
        }
    });

    /**
     * @param repository registry and the path that all repositories start with, such as {@code registry.example/agents}
     */
    RegistryTarget(Registries registries, BuildCache cache, Projects projects, ImageRef repository) {
        this.registry = registries.of(repository);
        this.prefix = repository.repository() + "/";
        this.projects = projects;
        this.registries = registries;
        this.cache = cache;
        this.runtimes = new RuntimeImages(registries, cache, projects, registry, prefix);
        this.own = new OwnFiles(cache);
        this.sboms = new ImageSboms(registries, cache);
    }

    @Override
    public Artifact build(AgentSpec spec, ImageLock lock, WorkContext context) {
        SortedMap<String, byte[]> files = projects.agentFiles(spec);
        String runtimeHash = runtimes.hash(lock);
        String hash = hash(spec.name(), lock.platform(), runtimeHash, files);
        String repository = prefix + Names.repository(spec.name());
        Optional<String> found = registry.digestOf(repository, Names.finalTag(hash), context);
        if (found.isPresent()) {
            remember(published, found.get());
            own.keep(found.get(), files);
            context.progress("unchanged: " + registry.host() + "/" + repository + ":" + hash);
            return artifact(repository, found.get());
        }
        BaseImages.Image runtime = runtimes.obtain(spec, lock, context);
        AgentImages.Made made = AgentImages.make(runtime, spec.name(), hash, files);
        boolean taken = mounted.contains(bringing(repository, runtime));
        try {
            push(made, runtime, repository, hash, context);
        } catch (BuildException | PreflightException gone) {
            // Somebody cleaned the registry up since the runtime was seen there, or its layers were taken over.
            if (isGone(runtime, context)) {
                runtimes.forget(runtimeHash);
                published.remove(runtime.manifest().digest());
                runtime = runtimes.obtain(spec, lock, context);
                made = AgentImages.make(runtime, spec.name(), hash, files);
                mounted.clear();
            } else if (taken) {
                mounted.remove(bringing(repository, runtime));
            } else {
                throw gone;
            }
            try {
                push(made, runtime, repository, hash, context);
            } catch (BuildException | PreflightException again) {
                again.addSuppressed(gone);
                throw again;
            }
        }
        // Nobody found it, so it has no final tag, even if it had one once.
        published.remove(made.digest());
        own.keep(made.digest(), files);
        fresh.put(made.digest(), made);
        context.progress(String.format(
                Locale.ROOT,
                "image %s: agent layer %d bytes, %s",
                registry.ref(repository, made.digest()),
                made.layer.length,
                sizes(runtime)));
        return artifact(repository, made.digest());
    }

    /** Size by layer, compressed as they are kept. */
    private static String sizes(BaseImages.Image runtime) {
        List<String> layers = new ArrayList<>();
        LayerSize.of(runtime)
                .forEach(layer ->
                        layers.add(layer.of().name().toLowerCase(Locale.ROOT) + " " + layer.bytes() + " bytes"));
        return String.join(", ", layers);
    }

    private boolean isGone(BaseImages.Image runtime, WorkContext context) {
        return registry.digestOf(runtime.ref().repository(), runtime.manifest().digest(), context)
                .isEmpty();
    }

    /** What to remember once the runtime's layers are in the agent's repository. */
    private static String bringing(String repository, BaseImages.Image runtime) {
        return repository + "@" + runtime.manifest().digest();
    }

    private void push(
            AgentImages.Made made, BaseImages.Image runtime, String repository, String hash, WorkContext context) {
        String bringing = bringing(repository, runtime);
        if (!mounted.contains(bringing)) {
            new Blobs(registries, cache).take(runtime, registry, repository, false, context);
            remember(mounted, bringing);
        }
        long total = (long) made.layer.length + made.config.length + made.manifest.length;
        String what = "pushing " + registry.host() + "/" + repository;
        context.progress(what, 0, total);
        registry.upload(repository, Digests.of(made.layer), made.layer, context);
        context.progress(what, made.layer.length, total);
        registry.upload(repository, Digests.of(made.config), made.config, context);
        context.progress(what, total - made.manifest.length, total);
        registry.put(repository, Names.pendingTag(hash), made.manifest, MediaTypes.OCI_MANIFEST, context);
        context.progress(what, total, total);
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {
        ImageRef ref = ((Artifact.Image) artifact).ref();
        if (published.contains(artifact.digest())) {
            return;
        }
        AgentImages.Made made = fresh.get(artifact.digest());
        BaseImages.Image image = made == null
                ? new BaseImages(registries).read(ref, context)
                : new BaseImages.Image(
                        ref, Manifest.of(made.manifest, MediaTypes.OCI_MANIFEST), OciJson.lenient(made.config));
        Manifest manifest = image.manifest();
        String hash = image.label(Labels.AGENT);
        if (hash.isEmpty()) {
            throw new BuildException(
                    "NOT_OURS",
                    "The image " + ref + " was not made by Launchpad; it gets no tag.",
                    "publish what build(…) returned.",
                    null);
        }
        publishRuntime(image, context);
        attachSbom(image, artifact, context);
        registry.put(ref.repository(), Names.finalTag(hash), manifest.bytes(), manifest.mediaType(), context);
        remember(published, artifact.digest());
    }

    /** Before the final tag, so that whoever finds the image finds its bill. */
    private void attachSbom(BaseImages.Image image, Artifact artifact, WorkContext context) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try {
            for (Path file : ownFiles(artifact)) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ImageRef runtime = RuntimeBelow.of(image.ref(), image.config()).orElseThrow();
        Sbom sbom = sboms.ofAgent(image.ref(), image.label(Labels.TITLE), runtime, files);
        sboms.attach(image.ref(), image.manifest(), sbom, context);
    }

    /** A runtime has passed once an image that holds it has. */
    private void publishRuntime(BaseImages.Image image, WorkContext context) {
        String digest = image.label(Labels.RUNTIME_DIGEST);
        String hash = image.label(Labels.RUNTIME);
        if (digest.isEmpty() || published.contains(digest)) {
            return;
        }
        Optional<Manifest> runtime = registry.manifestIfAny(runtimes.repository(), digest, context);
        if (runtime.isPresent()) {
            registry.put(
                    runtimes.repository(),
                    hash.isEmpty() ? Names.givenTag(digest) : Names.finalTag(hash),
                    runtime.get().bytes(),
                    runtime.get().mediaType(),
                    context);
        }
        remember(published, digest);
    }

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return own.of(artifact.digest()).orElseGet(() -> fetchOwnFiles((Artifact.Image) artifact));
    }

    /** After a restart elsewhere the layer itself is the only place that has them. */
    private List<Path> fetchOwnFiles(Artifact.Image artifact) {
        WorkContext context = Contexts.within(Duration.ofMinutes(1));
        List<Manifest.Part> layers = registry.manifest(artifact.ref().repository(), artifact.digest(), context)
                .layers();
        Manifest.Part last = layers.get(layers.size() - 1);
        try {
            byte[] tar = registry.blob(artifact.ref().repository(), last.digest(), context);
            SortedMap<String, byte[]> files = new TreeMap<>();
            SmallTar.read(tar)
                    .forEach((path, content) ->
                            files.put(path.replaceFirst("^" + RuntimeContent.APP.substring(1) + "/", ""), content));
            return own.keep(artifact.digest(), files);
        } catch (IOException e) {
            throw new UnreachableException(
                    "REGISTRY_WRONG_CONTENT",
                    "The last layer of " + artifact.ref() + " cannot be read: " + e.getMessage() + ".",
                    "build the image again.",
                    e);
        }
    }

    /** Images are shared by everybody with the same inputs, so nothing is deleted in the registry. */
    @Override
    public void discard(Artifact artifact) {
        own.forget(artifact.digest());
        fresh.remove(artifact.digest());
    }

    static String hash(String name, ImagePlatform platform, String runtimeHash, SortedMap<String, byte[]> files) {
        List<byte[]> parts = new ArrayList<>();
        for (String text : List.of(VERSION, name, platform.toString(), runtimeHash)) {
            parts.add(text.getBytes(StandardCharsets.UTF_8));
        }
        files.forEach((path, content) -> {
            parts.add(path.getBytes(StandardCharsets.UTF_8));
            parts.add(content);
        });
        return Digests.hash(parts.toArray(new byte[0][])).substring(0, 32);
    }

    private Artifact artifact(String repository, String digest) {
        return new Artifact.Image(registry.ref(repository, digest));
    }

    private static void remember(Set<String> set, String entry) {
        if (set.size() >= REMEMBERED) {
            set.clear();
        }
        set.add(entry);
    }
}
