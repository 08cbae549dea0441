package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.project.AgentProject;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.Dependencies;
import io.agentlaunchpad.project.DependencyCache;
import io.agentlaunchpad.project.DependencyInstaller;
import io.agentlaunchpad.project.Lock;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import io.agentlaunchpad.project.Target;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds project directories below a home, named by their digest, with their dependencies linked from a cache that all
 * agents of this user share. Agents with equal projects share one directory; it goes when no agent needs it any more.
 *
 * <pre>{@code
 * ProjectDirectories.under(home)
 * }</pre>
 *
 * <p>A second build of the same agent starts no process and asks no network. Safe for use by many threads and processes.
 */
public final class ProjectDirectories implements ArtifactBuilder {

    private static final String PREFIX = "sha256:";
    private static final String MODULES = "node_modules";

    private final Path home;
    private final Npm npm;
    private final DependencyCache cache;

    private ProjectDirectories(Path home, Npm npm, DependencyCache cache) {
        this.home = home;
        this.npm = npm;
        this.cache = cache;
    }

    /** Below that directory, with the npm on PATH and this user's dependency cache. */
    public static ProjectDirectories under(Path home) {
        return new ProjectDirectories(home.toAbsolutePath().normalize(), Npm.onPath(), DependencyCache.ofUser());
    }

    /** The same with another npm. */
    public ProjectDirectories npm(Npm other) {
        return new ProjectDirectories(home, other, cache);
    }

    /** The same with another cache. */
    public ProjectDirectories cache(DependencyCache other) {
        return new ProjectDirectories(home, npm, other);
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.PROJECT;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        context.check();
        List<String> warnings = new ArrayList<>();
        Lock lock = kept == null ? null : usable(kept, spec.effectivePlugins());
        if (lock == null) {
            lock = new LockResolver(npm).resolve(spec.effectivePlugins(), bounds(context));
        }
        if (!lock.slim()) {
            warnings.add("The full set of dependencies is used, about three times the usual size: a plugin needs it.");
        }
        return new Resolved(lock.toJson(), List.copyOf(lock.manifests().values()), warnings);
    }

    private static @Nullable Lock usable(String kept, List<PluginRef> plugins) {
        Lock lock = Lock.fromJson(kept);
        return lock.fits(plugins) ? lock.withCurrentRunner() : null;
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        context.check();
        Lock lock = Lock.fromJson(request.lock());
        AgentProject project = AgentProject.of(request.spec(), lock);
        Path directory = directory(project.digest());
        LocalFiles.makePrivate(projects());
        try (AgentLock held = AgentLock.take(home, lockName(project.digest()), context)) {
            LocalFiles.makePrivate(uses(project.digest()));
            LocalFiles.touchPrivate(uses(project.digest()).resolve(request.agentId().value()));
            project.writeTo(directory);
            if (!Files.isDirectory(directory.resolve(MODULES))) {
                DependencyInstaller installer = new DependencyInstaller(npm, cache);
                try (Dependencies installed = installer.install(lock, Target.host(), bounds(context))) {
                    installed.linkInto(directory);
                }
            }
            return new Artifact.Project(project.digest(), directory);
        }
    }

    /** Nothing to do: a directory is found by its digest only. */
    @Override
    public void publish(Artifact artifact, WorkContext context) {}

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        if (!(artifact instanceof Artifact.Project project)) {
            return List.of();
        }
        Path modules = project.directory().resolve(MODULES);
        try (Stream<Path> files = Files.walk(project.directory())) {
            return files.filter(file -> !file.startsWith(modules) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BuildException(
                    "PROJECT_MISSING",
                    "The project directory " + project.directory() + " cannot be read: " + e.getMessage() + ".",
                    "launch the agent again; it is built anew.",
                    e);
        }
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {
        if (!(artifact instanceof Artifact.Project project) || !project.directory().startsWith(projects())) {
            return;
        }
        try (AgentLock held = AgentLock.take(home, lockName(project.digest()), context)) {
            Path uses = uses(project.digest());
            LocalFiles.deleteQuietly(uses.resolve(agentId.value()));
            if (!LocalFiles.names(uses).isEmpty() || !Files.exists(project.directory())) {
                return;
            }
            // Out of sight first, so that nobody ever starts half of it.
            Path gone = projects().resolve("." + UUID.randomUUID() + ".gone");
            Files.move(project.directory(), gone, StandardCopyOption.ATOMIC_MOVE);
            LocalFiles.deleteTree(gone);
            LocalFiles.deleteTree(uses);
        } catch (IOException e) {
            throw LocalFiles.failed("remove " + project.directory(), e);
        }
    }

    private Path projects() {
        return home.resolve("projects");
    }

    private Path directory(String digest) {
        return projects().resolve(digest.substring(PREFIX.length()));
    }

    private Path uses(String digest) {
        return projects().resolve(".uses").resolve(digest.substring(PREFIX.length()));
    }

    private static String lockName(String digest) {
        return "project-" + digest.substring(PREFIX.length());
    }

    private static Bounds bounds(WorkContext context) {
        return Bounds.within(context.remaining())
                .cancelledBy(() -> context.stopped() && !context.remaining().isZero())
                .telling(context::progress);
    }
}
