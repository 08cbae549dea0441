package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.DockerLogins;
import io.agentlaunchpad.build.internal.registry.Login;
import io.agentlaunchpad.build.internal.registry.Logins;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.sbom.ImageSboms;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds agents' images without Docker and pushes them, or writes them to a tar.
 *
 * <p>Two tiers: a runtime image (base, packages, runner) for each set of plugins, built by Jib once and found again by
 * the hash of what it is made of; on it, for each agent, one layer of a few KB. Laws: the same lock, character and
 * settings give the same digest; an image is pushed under a tag {@code pending-…} and gets its final tag, the hash of its
 * inputs, in {@link #publish} alone; only final tags are looked up, first of all, so that an unchanged agent costs one
 * request.
 *
 * <p>Images run as uid 65532, with a read-only root, without a shell; the one place to write is {@code /data}. Logins come
 * from {@link #credentials}, else from Docker's configuration and its helpers, else none is used; TLS is verified
 * against the trust store of this JVM. Immutable: each setting gives a new builder. Safe for use by several threads.
 *
 * <pre>{@code
 * JibImageBuilder.pushingTo("registry.example/agents").baseImage("registry.example/node:24-slim")
 * }</pre>
 */
public final class JibImageBuilder implements ArtifactBuilder {

    /** A current long-term-support line of Node on a small Debian. */
    public static final String DEFAULT_BASE_IMAGE = "docker.io/library/node:24-bookworm-slim";

    private final Settings settings;
    private final Target target;
    private final Registries registries;

    /** Everything that can be set. */
    private record Settings(
            @Nullable ImageRef repository,
            @Nullable Path tar,
            ImageRef base,
            @Nullable ImageRef runtime,
            ImagePlatform platform,
            Set<String> plainHosts,
            @Nullable Logins logins,
            Path cache,
            Projects projects) {}

    private JibImageBuilder(Settings settings) {
        this.settings = settings;
        BuildCache cache = new BuildCache(settings.cache);
        Logins logins = settings.logins == null ? new DockerLogins() : settings.logins;
        this.registries = new Registries(logins, settings.plainHosts);
        this.target = settings.repository != null
                ? new RegistryTarget(registries, cache, settings.projects, settings.repository)
                : new TarTarget(registries, cache, settings.projects, java.util.Objects.requireNonNull(settings.tar));
    }

    /**
     * Images in a registry: the runtimes in {@code repository/runtime}, each agent in a repository of its own beside it.
     *
     * @param repository host and path, such as {@code registry.example/agents}
     * @throws WiringException if it is none
     */
    public static JibImageBuilder pushingTo(String repository) {
        ImageRef ref = parse(repository);
        if (ref.tag() != null || ref.digest() != null) {
            throw new WiringException(
                    "IMAGE_REPOSITORY",
                    "The repository \"" + repository + "\" has a tag or digest.",
                    "write host/path alone; tags are Launchpad's own.",
                    null);
        }
        return new JibImageBuilder(defaults(ref, null));
    }

    /**
     * Images as files for places without a registry, in the format of {@code docker save}.
     *
     * @param file what to write, named {@code ….tar}; or a directory, which gets {@code <agent>-<hash>.tar}. The file
     *     appears in {@link #publish}, with its bill of materials in {@code ….cdx.json} beside it; until then it is named
     *     {@code ….pending}
     */
    public static JibImageBuilder toTar(Path file) {
        return new JibImageBuilder(defaults(null, file));
    }

    private static Settings defaults(@Nullable ImageRef repository, @Nullable Path tar) {
        return new Settings(
                repository,
                tar,
                ImageRef.parse(DEFAULT_BASE_IMAGE),
                null,
                ImagePlatform.LINUX_AMD64,
                Set.of(),
                null,
                BuildCache.ofUser(),
                ElizaProjects.ofUser());
    }

    /**
     * What runtime images stand on: a glibc Linux with Node, by tag or digest. Its digest is resolved once per lock.
     */
    public JibImageBuilder baseImage(String ref) {
        return with(settings.runtime, parse(ref), settings.platform, settings.plainHosts, settings.logins);
    }

    /**
     * Uses a runtime image that was built elsewhere, by another Launchpad or from the exported Dockerfile (target
     * {@code runtime}); then no npm is needed here. Its labels say which plugins and runner it holds; an agent that they do
     * not fit is refused by {@link #resolve}.
     */
    public JibImageBuilder runtimeImage(String ref) {
        return with(parse(ref), settings.base, settings.platform, settings.plainHosts, settings.logins);
    }

    /** The system the images are for; linux/amd64 unless said. */
    public JibImageBuilder platform(ImagePlatform platform) {
        return with(settings.runtime, settings.base, platform, settings.plainHosts, settings.logins);
    }

    /**
     * Speaks plain HTTP to a host; for loopback hosts this is found out. No login is ever sent over it.
     *
     * @param host as it stands in image names, with the port
     */
    public JibImageBuilder plainHttp(String host) {
        Set<String> hosts = new HashSet<>(settings.plainHosts);
        hosts.add(host);
        return with(settings.runtime, settings.base, settings.platform, hosts, settings.logins);
    }

    /** A login for the registry that is pushed to (with {@link #toTar}: for the base image's), instead of Docker's. */
    public JibImageBuilder credentials(String user, String password) {
        String host = settings.repository != null ? settings.repository.registry() : settings.base.registry();
        Logins others = settings.logins == null ? new DockerLogins() : settings.logins;
        Logins logins = others.with(host, new Login(user, password));
        return with(settings.runtime, settings.base, settings.platform, settings.plainHosts, logins);
    }

    /** Where layers wait until they are pushed; {@code $LAUNCHPAD_CACHE/images} or {@code ~/.cache/launchpad/images}. */
    public JibImageBuilder cacheDirectory(Path directory) {
        return new JibImageBuilder(new Settings(
                settings.repository,
                settings.tar,
                settings.base,
                settings.runtime,
                settings.platform,
                settings.plainHosts,
                settings.logins,
                directory,
                settings.projects));
    }

    JibImageBuilder projects(Projects projects) {
        return new JibImageBuilder(new Settings(
                settings.repository,
                settings.tar,
                settings.base,
                settings.runtime,
                settings.platform,
                settings.plainHosts,
                settings.logins,
                settings.cache,
                projects));
    }

    private JibImageBuilder with(
            @Nullable ImageRef runtime,
            ImageRef base,
            ImagePlatform platform,
            Set<String> plainHosts,
            @Nullable Logins logins) {
        return new JibImageBuilder(new Settings(
                settings.repository,
                settings.tar,
                base,
                runtime,
                platform,
                Set.copyOf(plainHosts),
                logins,
                settings.cache,
                settings.projects));
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.IMAGE;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        return new LockDecision(
                        new BaseImages(registries),
                        settings.projects,
                        settings.platform,
                        settings.base,
                        settings.runtime)
                .decide(spec, kept, context);
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        context.check();
        return target.build(request.spec(), ImageLock.fromJson(request.lock()), context);
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {
        target.publish(artifact, context);
    }

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return target.ownFiles(artifact);
    }

    /** Images may be shared, so the registry keeps them until its own cleaning; a tar is deleted. */
    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {
        target.discard(artifact);
    }

    /**
     * The whole bill of materials of an image that Launchpad made, from beside it in the registry.
     *
     * @param image by digest
     * @return none where none is attached
     */
    public Optional<Sbom> sbom(ImageRef image, WorkContext context) {
        return new ImageSboms(registries, new BuildCache(settings.cache)).find(image, context);
    }

    /** That of an image in a registry from beside it there, that of a tar from the file beside it. */
    @Override
    public Optional<String> sbom(Artifact artifact, WorkContext context) {
        Artifact.Image image = (Artifact.Image) artifact;
        return image.tar() == null ? sbom(image.ref(), context).map(Sbom::toJson) : TarTarget.sbomBeside(image.tar());
    }

    /** The digest that a name has in its registry now; for names by tag. */
    public ImageRef exact(ImageRef image, WorkContext context) {
        return new BaseImages(registries)
                .resolve(image, settings.platform, context)
                .ref();
    }

    /**
     * The layers of an image in a registry, lowest first, each with its size as it is kept there and whose it is.
     */
    public List<LayerSize> layers(ImageRef image, WorkContext context) {
        return LayerSize.of(new BaseImages(registries).read(image, context));
    }

    private static ImageRef parse(String ref) {
        try {
            return ImageRef.parse(ref);
        } catch (IllegalArgumentException e) {
            throw new WiringException("IMAGE_NAME", String.valueOf(e.getMessage()), "write the whole name.", e);
        }
    }

    /** Without logins. */
    @Override
    public String toString() {
        return "JibImageBuilder[" + (settings.repository != null ? settings.repository : settings.tar) + ", "
                + settings.platform + ", on " + (settings.runtime != null ? settings.runtime : settings.base) + "]";
    }
}
