package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.project.AgentProject;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.Dependencies;
import io.agentlaunchpad.project.DependencyCache;
import io.agentlaunchpad.project.DependencyInstaller;
import io.agentlaunchpad.project.EmptyDatabase;
import io.agentlaunchpad.project.Lock;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import io.agentlaunchpad.project.Target;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes project directories: one for each agent and content, below {@code <home>/projects}, with dependencies linked from a
 * cache that all agents of this user share. The artifacts that {@link LocalPlatform} runs.
 *
 * <p>A directory appears whole or not at all, and is never written to again. Safe for use by many threads and processes.
 */
public final class ProjectDirectories implements ArtifactBuilder {

    private final Path projects;
    private final LockResolver resolver;
    private final DependencyInstaller installer;
    private final EmptyDatabase emptyDatabase;

    private ProjectDirectories(Path projects, Npm npm, DependencyCache cache) {
        this.projects = projects;
        this.resolver = new LockResolver(npm);
        this.installer = new DependencyInstaller(npm, cache);
        this.emptyDatabase = new EmptyDatabase(npm, cache);
    }

    /** Projects below that home; npm from PATH, dependencies in this user's cache. */
    public static ProjectDirectories under(Path home) {
        return under(home, Npm.onPath(), DependencyCache.ofUser());
    }

    /** Projects below that home, with an npm and a cache of your choice. */
    public static ProjectDirectories under(Path home, Npm npm, DependencyCache cache) {
        return new ProjectDirectories(home.toAbsolutePath().normalize().resolve("projects"), npm, cache);
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.PROJECT;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        context.progress("resolving plugin versions");
        Lock lock = kept == null ? null : Lock.fromJson(kept);
        Lock resolved = lock != null && lock.fits(spec.effectivePlugins())
                ? lock.withCurrentRunner()
                : resolver.resolve(spec.effectivePlugins(), bounds(context));
        return new Resolved(
                resolved.toJson(),
                List.copyOf(resolved.manifests().values()),
                resolved.slim()
                        ? List.of()
                        : List.of("A plugin needs the full set of dependencies, about three times the usual size."));
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        Lock lock = Lock.fromJson(request.lock());
        AgentProject project = AgentProject.of(request.spec(), lock);
        Path directory = directory(request.agentId(), project.digest());
        try (Dependencies dependencies = installer.install(lock, Target.host(), bounds(context))) {
            context.check();
            project.writeTo(directory);
            dependencies.linkInto(directory);
            if (request.spec().database() == Database.PGLITE) {
                emptyDatabase.linkInto(directory, dependencies, bounds(context));
            }
        }
        return new Artifact.Project(project.digest(), directory);
    }

    /** A directory is sealed as it is; only a release that passed its scan names it. */
    @Override
    public void publish(Artifact artifact, WorkContext context) {
        context.check();
    }

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        Path directory = ((Artifact.Project) artifact).directory();
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BuildException(
                    "PROJECT_UNREADABLE",
                    "The project directory " + directory + " cannot be read: " + e.getMessage() + ".",
                    "launch again; it is made anew.",
                    e);
        }
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {
        Path ofAgent = projects.resolve(agentId.value());
        if (!(artifact instanceof Artifact.Project project)
                || !project.directory().startsWith(ofAgent)
                || !Files.exists(project.directory())) {
            return;
        }
        context.check();
        try {
            // Out of sight first: half a directory would be taken for somebody else's by the next build.
            Path gone = ofAgent.resolve("." + UUID.randomUUID() + ".gone");
            Files.move(project.directory(), gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw LocalFiles.failed("remove " + project.directory(), e);
        }
        LocalFiles.names(ofAgent).stream()
                .filter(name -> name.endsWith(".gone"))
                .forEach(name -> LocalFiles.deleteTree(ofAgent.resolve(name)));
        LocalFiles.deleteIfEmpty(ofAgent);
    }

    private Path directory(AgentId agentId, String digest) {
        return projects.resolve(agentId.value()).resolve(digest.substring("sha256:".length(), "sha256:".length() + 16));
    }

    private static Bounds bounds(WorkContext context) {
        // Past its deadline the work is late, not cancelled.
        return Bounds.within(context.remaining())
                .cancelledBy(() -> context.stopped() && !context.remaining().isZero())
                .telling(context::progress);
    }
}
