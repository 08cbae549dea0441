package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.Turns;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Login;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.build.sbom.ImageSboms;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runtime images in the target registry: found again by the hash of what they are made of, or built by Jib, once however
 * many ask.
 */
final class RuntimeImages {

    private static final int REMEMBERED = 256;

    /** Runtimes whose compressed layers stay on this machine, some 40 MB each. */
    static final int KEPT = 8;

    private static final String BASE_LAYERS = "base";

    private final BuildCache cache;
    private final Projects projects;
    private final RegistryClient target;
    private final String repository;
    private final BaseImages images;
    private final Blobs blobs;
    private final ImageSboms sboms;
    private final Map<String, BaseImages.Image> known =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, BaseImages.Image> eldest) {
                    return size() > REMEMBERED;
                }
            });

    RuntimeImages(Registries registries, BuildCache cache, Projects projects, RegistryClient target, String prefix) {
        this.cache = cache;
        this.projects = projects;
        this.target = target;
        this.repository = prefix + Names.RUNTIME;
        this.images = new BaseImages(registries);
        this.blobs = new Blobs(registries, cache);
        this.sboms = new ImageSboms(registries, cache);
    }

    /** What decides a runtime image; equal hashes, equal content. */
    String hash(ImageLock lock) {
        return hash(lock, projects);
    }

    static String hash(ImageLock lock, Projects projects) {
        return lock.runtime() != null
                ? Digests.hash("given", String.valueOf(lock.runtime().digest())).substring(0, 32)
                : RuntimeContent.hash(lock, projects);
    }

    /** The runtime image of a lock in the target registry, built if it is nowhere. */
    BaseImages.Image obtain(AgentSpec spec, ImageLock lock, WorkContext context) {
        String hash = hash(lock);
        BaseImages.Image image = known.get(hash);
        if (image != null) {
            return image;
        }
        try (Turns.Turn turn = cache.turns().take("runtime-" + hash, context)) {
            Objects.requireNonNull(turn);
            image = known.get(hash);
            if (image == null) {
                image = lock.runtime() != null ? given(lock.runtime(), context) : built(spec, lock, hash, context);
                known.put(hash, image);
            }
            return image;
        }
    }

    /** Forgets that an image is there, because the registry says that it is not. */
    void forget(String hash) {
        known.remove(hash);
        BuildCache.delete(cache.file("runtimes", record(hash)));
    }

    String repository() {
        return repository;
    }

    /** Taken over into our own repository, where its bill can stand beside it; mounted where it is in this registry. */
    private BaseImages.Image given(ImageRef runtime, WorkContext context) {
        BaseImages.Image image = images.read(runtime, context);
        ImageRef here = target.ref(repository, image.manifest().digest());
        if (!here.name().equals(runtime.name())) {
            context.progress("taking the runtime image over to " + here.name());
            blobs.take(image, target, repository, true, context);
        }
        if (sboms.find(here, context).isEmpty()) {
            Sbom bill = sboms.find(runtime, context).orElseGet(() -> sboms.ofGiven(here, image.manifest(), context));
            sboms.attach(here, image.manifest(), bill, context);
        }
        // Only what was built here may become the runtime of that hash: a label of somebody else's proves nothing.
        return images.read(here, context).without(Labels.RUNTIME);
    }

    private BaseImages.Image built(AgentSpec spec, ImageLock lock, String hash, WorkContext context) {
        Optional<String> found = target.digestOf(repository, Names.finalTag(hash), context);
        if (found.isEmpty()) {
            // Built and not yet scanned: only this machine's own note of it counts, and only if it is still there.
            found = cache.kept("runtimes", record(hash))
                    .filter(digest ->
                            target.digestOf(repository, digest, context).isPresent());
        }
        String digest = found.isPresent() ? found.get() : build(spec, lock, hash, context);
        return images.read(target.ref(repository, digest), context);
    }

    private String record(String hash) {
        return Digests.hash(target.host(), repository, hash).substring(0, 40);
    }

    private String build(AgentSpec spec, ImageLock lock, String hash, WorkContext context) {
        ImageRef baseRef = Objects.requireNonNull(lock.base(), "a lock without runtime image names its base");
        String project = Objects.requireNonNull(lock.project(), "a lock without runtime image has a project lock");
        BaseImages.Image base = images.resolve(baseRef, lock.platform(), context);
        context.progress("bringing the base image to " + target.host() + "/" + repository);
        blobs.take(base, target, repository, true, context);
        Path work = cache.directory("jib", hash);
        try (Projects.Installed installed = projects.install(project, lock.platform(), context)) {
            RuntimeContent content =
                    RuntimeContent.of(cache, projects.runtimeFiles(spec, project), installed.nodeModules());
            String doing = "pushing the runtime image " + target.host() + "/" + repository;
            String pending = Names.pendingTag(hash);
            String baseHere =
                    target.host() + "/" + repository + "@" + base.manifest().digest();
            JibContainer container = JibRun.run(
                    content.image(
                            Jib.from(registryImage(baseHere, context)),
                            base,
                            baseRef,
                            lock.platform(),
                            hash,
                            projects.plugins(project),
                            projects.runner()),
                    () -> containerizer(target.host() + "/" + repository + ":" + pending, work, context),
                    target.host(),
                    doing,
                    content.bytes(),
                    context);
            String pushed = container.getDigest().toString();
            String digest = inOrder(pushed, pending, base, context);
            attachSbom(digest, base, baseRef, installed, context);
            cache.keep("runtimes", record(hash), digest, 1000);
            // Compressing is half of the work: the next repository gets the same layers, while there are few to keep.
            BuildCache.delete(work.resolve(BASE_LAYERS));
            if (cache.entries("jib") > KEPT) {
                BuildCache.delete(work);
            }
            return digest;
        } catch (BuildException e) {
            // A layer that was spoilt on this disk would be refused each time.
            BuildCache.delete(work);
            throw e;
        } catch (InvalidImageReferenceException e) {
            throw new IllegalStateException("Names were checked before", e);
        } finally {
            cache.evict("jib", KEPT);
        }
    }

    /**
     * Jib keeps labels and variables in hash maps, whose order differs between versions of Java: here they get one order
     * for all, and the image its digest. Read by digest, for another machine may have ended the same image under the tag
     * by now.
     */
    private String inOrder(String pushed, String pending, BaseImages.Image base, WorkContext context) {
        BaseImages.Image image = images.read(target.ref(repository, pushed), context);
        byte[] config = OciJson.bytes(RuntimeContent.inOrder(image.config(), base.config()));
        ObjectNode manifest = image.manifest().json().deepCopy();
        manifest.set("config", AgentImages.part(MediaTypes.OCI_CONFIG, Digests.of(config), config.length));
        byte[] bytes = OciJson.bytes(manifest);
        target.upload(repository, Digests.of(config), config, context);
        target.put(repository, pending, bytes, MediaTypes.OCI_MANIFEST, context);
        return Digests.of(bytes);
    }

    private void attachSbom(
            String digest,
            BaseImages.Image base,
            ImageRef baseName,
            Projects.Installed installed,
            WorkContext context) {
        ImageRef runtime = target.ref(repository, digest);
        Sbom sbom = sboms.ofRuntime(
                runtime,
                baseName.withDigest(base.manifest().digest()),
                base.manifest(),
                installed.nodeModules(),
                installed.integrity(),
                context);
        sboms.attach(runtime, target.manifest(repository, digest, context), sbom, context);
    }

    private Containerizer containerizer(String name, Path work, WorkContext context) {
        try {
            return Containerizer.to(registryImage(name, context))
                    .setBaseImageLayersCache(work.resolve(BASE_LAYERS))
                    .setApplicationLayersCache(work.resolve("layers"))
                    // Whether the host speaks TLS is known by now; in the clear nobody's login goes along.
                    .setAllowInsecureRegistries(target.isPlain(context))
                    .setToolName("launchpad");
        } catch (InvalidImageReferenceException e) {
            throw new IllegalStateException("Names were checked before", e);
        }
    }

    private RegistryImage registryImage(String name, WorkContext context) throws InvalidImageReferenceException {
        RegistryImage image = RegistryImage.named(name);
        if (!target.isPlain(context)) {
            Optional<Login> login = target.login();
            if (login.isPresent()) {
                image.addCredential(login.get().user(), login.get().password());
            }
        }
        return image;
    }
}
