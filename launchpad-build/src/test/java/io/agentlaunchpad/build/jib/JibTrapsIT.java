package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Jib does to those who use it without care, each proven not to happen here. */
@RealRegistry
class JibTrapsIT {

    private static final AgentSpec ADA =
            AgentSpec.named("ada").bio("Explains mathematics").build();

    @TempDir
    private Path temp;

    private JibImageBuilder builder(Registry registry, String repository, Projects projects, Path cache) {
        return JibImageBuilder.pushingTo(registry.repository() + "/" + repository)
                .baseImage(registry.baseImage())
                .cacheDirectory(cache)
                .projects(projects);
    }

    private static Artifact build(JibImageBuilder builder, AgentSpec spec) {
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        ArtifactBuilder.Request request = new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, spec.name()), spec, lock);
        return builder.build(request, TestContext.patient());
    }

    private static RegistryClient client(Registry registry) {
        return new Registries(host -> Optional.empty(), Set.of()).at(registry.host());
    }

    @Test
    void changedContentOfTheSameAgeIsNotTheOldLayer(Registry registry) throws Exception {
        Path modules = Packages.small(temp.resolve("a"));
        Path file = modules.resolve("minimist/index.js");
        FileTime time = Files.getLastModifiedTime(file);
        Path cache = temp.resolve("cache");
        Artifact first = build(builder(registry, "one", new GivenProjects(modules, "first"), cache), ADA);
        Files.writeString(file, "module.exports = 2\n");
        Files.setLastModifiedTime(file, time);
        Artifact second = build(builder(registry, "one", new GivenProjects(modules, "second"), cache), ADA);
        assertThat(files(registry, first).get("app/node_modules/minimist/index.js"))
                .isEqualTo("module.exports = 1\n");
        assertThat(files(registry, second).get("app/node_modules/minimist/index.js"))
                .isEqualTo("module.exports = 2\n");
    }

    @Test
    void anotherDirectoryOnAnotherDayGivesTheSameDigest(Registry registry) throws Exception {
        Path here = Packages.small(temp.resolve("here"));
        Path there = Packages.small(temp.resolve("elsewhere/there"));
        try (Stream<Path> all = Files.walk(there)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(one, FileTime.from(Instant.parse("2020-02-29T12:00:00Z")));
            }
        }
        Artifact first = build(builder(registry, "x", new GivenProjects(here, "same"), temp.resolve("c1")), ADA);
        Artifact second = build(builder(registry, "y", new GivenProjects(there, "same"), temp.resolve("c2")), ADA);
        // The repository's name stands in a label, so the runtimes are compared layer by layer.
        assertThat(layers(registry, second)).isEqualTo(layers(registry, first));
        Artifact third = build(builder(registry, "x", new GivenProjects(there, "same"), temp.resolve("c3")), ADA);
        assertThat(third.digest()).isEqualTo(first.digest());
    }

    @Test
    void manyThreadsAndBuildersMakeOneRuntime(Registry registry) throws Exception {
        GivenProjects projects = new GivenProjects(Packages.small(temp), "shared");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<CompletableFuture<Artifact>> builds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            JibImageBuilder own = builder(registry, "shared", projects, temp.resolve("cache"));
            AgentSpec spec = AgentSpec.named("agent-" + i).bio("Number " + i).build();
            builds.add(CompletableFuture.supplyAsync(() -> build(own, spec), threads));
        }
        builds.forEach(CompletableFuture::join);
        threads.shutdown();
        assertThat(projects.installed).hasValue(1);
    }

    @Test
    void compressedLayersServeTheNextRepositoryAndDoNotPileUp(Registry registry) throws Exception {
        Path cache = temp.resolve("cache");
        GivenProjects same = new GivenProjects(Packages.small(temp.resolve("0")), "kept-0");
        Artifact first = build(builder(registry, "kept-a", same, cache), ADA);
        Path runtimes = cache.resolve("jib");
        List<Path> kept = layersBelow(runtimes);
        assertThat(kept).isNotEmpty().noneMatch(file -> file.toString().contains("/base/"));
        List<FileTime> times = modified(kept);

        Artifact second = build(builder(registry, "kept-b", same, cache), ADA);

        assertThat(layersBelow(runtimes)).isEqualTo(kept);
        assertThat(modified(kept)).as("not written again").isEqualTo(times);
        assertThat(layers(registry, second)).isEqualTo(layers(registry, first));
        for (int i = 1; i < RuntimeImages.KEPT + 3; i++) {
            Path modules = Packages.small(temp.resolve(String.valueOf(i)));
            build(builder(registry, "kept-a", new GivenProjects(modules, "kept-" + i), cache), ADA);
        }
        assertThat(runtimes.toFile().list()).hasSize(RuntimeImages.KEPT);
    }

    @Test
    void aLayerThatWasSpoiltOnThisDiskIsMadeAgain(Registry registry) throws Exception {
        Path cache = temp.resolve("cache");
        GivenProjects same = new GivenProjects(Packages.small(temp.resolve("0")), "spoilt");
        Artifact first = build(builder(registry, "spoilt-a", same, cache), ADA);
        for (Path file : files(cache.resolve("jib"))) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        try {
            build(builder(registry, "spoilt-b", same, cache), ADA);
        } catch (LaunchpadException refused) {
            assertThat(files(cache.resolve("jib"))).isEmpty();
        }

        Artifact second = build(builder(registry, "spoilt-b", same, cache), ADA);

        assertThat(layers(registry, second)).isEqualTo(layers(registry, first));
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Compressed layers, without the notes of what they were made of. */
    private static List<Path> layersBelow(Path runtimes) throws Exception {
        return files(runtimes).stream()
                .filter(file -> !file.toString().contains("/selectors/"))
                .toList();
    }

    private static List<FileTime> modified(List<Path> files) throws Exception {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    @Test
    void nothingStaysBehindInALongLivedProcess(Registry registry) throws Exception {
        Properties before = (Properties) System.getProperties().clone();
        Path cache = temp.resolve("cache");
        JibImageBuilder builder = builder(registry, "many", new GivenProjects(Packages.small(temp), "many"), cache);
        build(builder, ADA);
        long entries = count(cache);
        int doomed = deletedOnExit();
        for (int i = 0; i < 20; i++) {
            build(builder, AgentSpec.named("agent-" + i).bio("Number " + i).build());
        }
        assertThat(System.getProperties()).isEqualTo(before);
        assertThat(deletedOnExit()).isEqualTo(doomed);
        // A staged character and a note for each agent, and nothing else.
        assertThat(count(cache) - entries).isLessThanOrEqualTo(20 * 4);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("launchpad-image-") && thread.isAlive());
    }

    @Test
    void theImageRunsAsNobodyAndSaysNothingOfTheMachineThatBuiltIt(Registry registry) throws Exception {
        Artifact image = build(
                builder(registry, "plain", new GivenProjects(Packages.small(temp), "plain"), temp.resolve("cache")),
                ADA);
        BaseImages.Image read = new BaseImages(new Registries(host -> Optional.empty(), Set.of()))
                .read(((Artifact.Image) image).ref(), TestContext.patient());
        var config = read.config().path("config");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        assertThat(config.path("Entrypoint").toString()).isEqualTo("[\"node\",\"runner\"]");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/app");
        assertThat(config.path("Env").toString()).contains("SERVER_HOST=0.0.0.0", "ELIZA_DATA_DIR=/data");
        assertThat(read.config().path("created").asText()).startsWith("1970-01-01");
        assertThat(read.config().toString())
                .doesNotContain(temp.toString())
                .doesNotContain(System.getProperty("user.home") + "/");
        assertThat(LayerSize.of(read))
                .extracting(size -> size.of().name())
                .containsExactly("BASE", "RUNTIME", "RUNTIME", "RUNTIME", "AGENT");
    }

    private static List<String> layers(Registry registry, Artifact image) {
        return client(registry)
                .manifest(((Artifact.Image) image).ref().repository(), image.digest(), TestContext.patient())
                .layers()
                .stream()
                .map(layer -> layer.digest())
                .toList();
    }

    private static Map<String, String> files(Registry registry, Artifact image) {
        Map<String, String> files = new TreeMap<>();
        ImageRef ref = ((Artifact.Image) image).ref();
        var layers = client(registry)
                .manifest(ref.repository(), image.digest(), TestContext.patient())
                .layers();
        for (var layer : layers.subList(1, layers.size())) {
            client(registry)
                    .blob(
                            ref.repository(),
                            layer.digest(),
                            in -> {
                                TarArchiveInputStream tar = new TarArchiveInputStream(
                                        layer.mediaType().endsWith("gzip") ? new GZIPInputStream(in) : in);
                                for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                                    if (e.isFile()) {
                                        files.put(e.getName(), new String(tar.readAllBytes()));
                                    }
                                }
                                return true;
                            },
                            TestContext.patient());
        }
        return files;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    /** Needs {@code --add-opens java.base/java.io=ALL-UNNAMED}, which the module's tests run with. */
    private static int deletedOnExit() throws ReflectiveOperationException {
        var files = Class.forName("java.io.DeleteOnExitHook").getDeclaredField("files");
        files.setAccessible(true);
        return ((Set<?>) files.get(null)).size();
    }
}
