package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.character.CharacterFile;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Projects whose packages stand in a directory that the test made; the lock is any JSON. */
final class GivenProjects implements Projects {

    private final Path nodeModules;
    private final String content;
    private final String plugins;
    final AtomicInteger installed = new AtomicInteger();

    /** @param content says what stands in the directory, as a lock would */
    GivenProjects(Path nodeModules, String content) {
        this(nodeModules, content, "@elizaos/plugin-sql@1.7.2");
    }

    /** @param plugins as the label of a runtime image has them */
    GivenProjects(Path nodeModules, String content, String plugins) {
        this.nodeModules = nodeModules;
        this.content = content;
        this.plugins = plugins;
    }

    @Override
    public ArtifactBuilder.Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        return new ArtifactBuilder.Resolved("{\"content\":\"" + content + "\"}", List.of(), List.of());
    }

    @Override
    public String runtimeHash(String lock, ImagePlatform platform) {
        return Digests.hash(lock);
    }

    @Override
    public String plugins(String lock) {
        return plugins;
    }

    @Override
    public String runner() {
        return "runner-1";
    }

    @Override
    public SortedMap<String, byte[]> runtimeFiles(AgentSpec spec, String lock) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("runner/index.js", "console.log('hello')\n".getBytes(StandardCharsets.UTF_8));
        files.put("package.json", "{\"type\":\"module\"}\n".getBytes(StandardCharsets.UTF_8));
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
        installed.incrementAndGet();
        return new Installed() {
            @Override
            public Path nodeModules() {
                return nodeModules;
            }

            @Override
            public SortedMap<String, String> integrity() {
                return new TreeMap<>();
            }

            @Override
            public void close() {
                // The directory is the test's.
            }
        };
    }
}
