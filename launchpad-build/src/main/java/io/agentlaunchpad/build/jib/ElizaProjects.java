package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.character.CharacterFile;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Real ElizaOS projects: locks from core, packages by npm. Finds npm when it is first needed. */
final class ElizaProjects implements Projects {

    private ElizaProjects() {}

    static ElizaProjects ofUser() {
        return new ElizaProjects();
    }

    @Override
    public ArtifactBuilder.Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        Lock lock = kept == null ? null : Lock.fromJson(kept);
        lock = lock != null && lock.fits(spec.effectivePlugins())
                ? lock.withCurrentRunner()
                : new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), bounds(context));
        return new ArtifactBuilder.Resolved(
                lock.toJson(), new ArrayList<>(lock.manifests().values()), List.of());
    }

    @Override
    public String runtimeHash(String lock, ImagePlatform platform) {
        Lock read = Lock.fromJson(lock);
        return DependencyInstaller.key(read, target(platform)) + "-" + read.runnerVersion();
    }

    @Override
    public String plugins(String lock) {
        return Lock.fromJson(lock).plugins().entrySet().stream()
                .map(plugin -> plugin.getKey() + "@" + plugin.getValue())
                .collect(Collectors.joining(","));
    }

    @Override
    public String runner() {
        return Lock.currentRunner();
    }

    @Override
    public SortedMap<String, byte[]> runtimeFiles(AgentSpec spec, String lock) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        AgentProject.of(spec, Lock.fromJson(lock)).files().forEach((path, content) -> {
            if (path.startsWith("runner/") || path.equals("package.json")) {
                files.put(path, content);
            }
        });
        return files;
    }

    @Override
    public SortedMap<String, byte[]> agentFiles(AgentSpec spec) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("character.json", CharacterFile.of(spec).json().getBytes(StandardCharsets.UTF_8));
        return files;
    }

    @Override
    public Installed install(String lock, ImagePlatform platform, WorkContext context) {
        Lock read = Lock.fromJson(lock);
        Dependencies dependencies = new DependencyInstaller(Npm.onPath(), DependencyCache.ofUser())
                .install(read, target(platform), bounds(context));
        return new Installed() {
            @Override
            public Path nodeModules() {
                return dependencies.nodeModules();
            }

            @Override
            public SortedMap<String, String> integrity() {
                return ElizaProjects.integrity(read);
            }

            @Override
            public void close() {
                dependencies.close();
            }
        };
    }

    private static SortedMap<String, String> integrity(Lock lock) {
        SortedMap<String, String> found = new TreeMap<>();
        OciJson.lenient(lock.packageLock().getBytes(StandardCharsets.UTF_8))
                .path("packages")
                .properties()
                .forEach(entry -> {
                    String integrity = entry.getValue().path("integrity").asText();
                    if (!integrity.isEmpty()) {
                        found.put(entry.getKey(), integrity);
                    }
                });
        return found;
    }

    private static Target target(ImagePlatform platform) {
        return Target.linux(platform.npmCpu());
    }

    private static Bounds bounds(WorkContext context) {
        return Bounds.within(context.remaining()).cancelledBy(context::stopped).telling(context::progress);
    }
}
