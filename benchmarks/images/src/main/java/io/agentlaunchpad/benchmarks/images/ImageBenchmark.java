package io.agentlaunchpad.benchmarks.images;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.character.CharacterFile;
import io.agentlaunchpad.project.AgentProject;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.DependencyCache;
import io.agentlaunchpad.project.DependencyInstaller;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import io.agentlaunchpad.project.Target;
import io.agentlaunchpad.spi.ArtifactBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Times images side by side against one registry: {@code benchmarks/images/run}.
 *
 * <p>Reads LAUNCHPAD_TEST_REGISTRY and LAUNCHPAD_TEST_BASE_IMAGE; prints Markdown.
 */
public final class ImageBenchmark {

    private static final int RUNS = 15;

    private final String host = variable("LAUNCHPAD_TEST_REGISTRY");
    private final String prefix =
            "bench-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final Path work = Files.createTempDirectory("launchpad-bench-");
    private final JibImageBuilder builder = JibImageBuilder.pushingTo(host + "/" + prefix)
            .baseImage(variable("LAUNCHPAD_TEST_BASE_IMAGE"))
            .cacheDirectory(work.resolve("cache"));

    private ImageBenchmark() throws Exception {}

    /** One argument: {@code all}, {@code runtime} (the heap of a runtime build), {@code fleet} or {@code context DIR}. */
    public static void main(String[] arguments) throws Exception {
        ImageBenchmark benchmark = new ImageBenchmark();
        switch (arguments.length == 0 ? "all" : arguments[0]) {
            case "runtime" -> benchmark.runtime();
            case "fleet" -> benchmark.fleet();
            case "context" -> context(Path.of(arguments[1]));
            default -> benchmark.all();
        }
    }

    private static AgentSpec agent(String name, String bio) {
        return AgentSpec.named(name).bio(bio).plugin("@elizaos/plugin-openai").build();
    }

    private Artifact launch(AgentSpec spec) {
        String lock = builder.resolve(spec, null, Silent.patient()).lock();
        return launch(spec, lock);
    }

    private Artifact launch(AgentSpec spec, String lock) {
        return builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, spec.name()), spec, lock), Silent.patient());
    }

    /** Installs first, so that npm's time and memory are not in the figure. */
    private static void install() {
        AgentSpec spec = agent("warm", "up");
        Bounds bounds = Bounds.within(Duration.ofMinutes(15));
        new DependencyInstaller(Npm.onPath(), DependencyCache.ofUser())
                .install(
                        new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), bounds),
                        Target.linux("x64"),
                        bounds)
                .close();
    }

    private void runtime() {
        install();
        long before = System.nanoTime();
        Artifact image = launch(agent("first", "Explains mathematics"));
        System.out.printf(
                Locale.ROOT,
                "- new plugin set (runtime image built and pushed, packages installed before): %.1f s; heap peak %d MB"
                        + " with -Xmx%d MB%n",
                (System.nanoTime() - before) / 1e9,
                heapPeak() >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
        builder.layers(((Artifact.Image) image).ref(), Silent.patient())
                .forEach(layer -> System.out.println("  - layer of " + layer.of() + ": " + layer.bytes() + " bytes"));
    }

    private void all() throws Exception {
        runtime();
        AgentSpec sample = agent("sample", "Explains mathematics");
        String lock = builder.resolve(sample, null, Silent.patient()).lock();
        warmUp(lock);

        long[] fresh = new long[RUNS];
        long[] changed = new long[RUNS];
        long[] same = new long[RUNS];
        long[] jibFresh = new long[RUNS];
        long[] jibChanged = new long[RUNS];
        long[] floor = new long[RUNS];
        long[] head = new long[RUNS];
        Floor wire = new Floor(host);
        String runtime = runtimeDigest();
        ObjectNode runtimeManifest = wire.manifest(prefix + "/runtime", runtime);
        byte[] config = wire.blob(
                prefix + "/runtime",
                runtimeManifest.path("config").path("digest").asText());
        Path jibCache = work.resolve("jib");
        // Interleaved, so that a busy moment of the machine meets everybody.
        for (int i = 0; i < RUNS; i++) {
            String name = "fresh-" + i;
            AgentSpec one = agent(name, "Explains mathematics, take " + i);
            fresh[i] = time(() -> launch(one, lock));
            AgentSpec other = agent(name, "Explains chemistry, take " + i);
            Artifact image = launch(other, lock);
            builder.publish(image, Silent.patient());
            same[i] = time(() -> launch(other, lock));
            AgentSpec third = agent(name, "Explains physics, take " + i);
            changed[i] = time(() -> launch(third, lock));

            Path character = Files.writeString(
                    work.resolve("character-" + i + ".json"),
                    CharacterFile.of(one).json());
            String from = host + "/" + prefix + "/runtime@" + runtime;
            String target = host + "/" + prefix + "/jib-" + i;
            jibFresh[i] = time(() -> JibAlone.push(from, target + ":1", character, jibCache));
            Path changedCharacter = Files.writeString(
                    work.resolve("changed-" + i + ".json"),
                    CharacterFile.of(third).json());
            jibChanged[i] = time(() -> JibAlone.push(from, target + ":2", changedCharacter, jibCache));

            byte[] layer = Files.readAllBytes(character);
            byte[] own =
                    (new String(config, StandardCharsets.UTF_8) + " ".repeat(i + 1)).getBytes(StandardCharsets.UTF_8);
            String repository = prefix + "/floor-" + i;
            floor[i] = time(() -> wire.push(prefix + "/runtime", runtimeManifest, repository, layer, own));
            head[i] = time(() -> wire.head(repository, "floor"));
        }
        System.out.println("- new agent on an existing runtime: " + Floor.summary(fresh));
        System.out.println("  - Jib alone, same layers, new repository: " + Floor.summary(jibFresh));
        System.out.println("  - floor (bare HTTP): " + Floor.summary(floor));
        System.out.println("- changed character: " + Floor.summary(changed));
        System.out.println("  - Jib alone, same repository: " + Floor.summary(jibChanged));
        System.out.println("- unchanged agent: " + Floor.summary(same));
        System.out.println("  - floor (one HEAD): " + Floor.summary(head));
        System.out.println("RUNTIME " + host + "/" + prefix + "/runtime@" + runtime);
    }

    private void warmUp(String lock) throws Exception {
        String runtime = runtimeDigest();
        for (int i = 0; i < 8; i++) {
            AgentSpec one = agent("warm-" + i, "Explains warmth " + i);
            launch(one, lock);
            Path character = Files.writeString(
                    work.resolve("warm.json"), CharacterFile.of(one).json());
            JibAlone.push(
                    host + "/" + prefix + "/runtime@" + runtime,
                    host + "/" + prefix + "/jib-warm-" + i + ":1",
                    character,
                    work.resolve("jib"));
        }
    }

    private String runtimeDigest() {
        Artifact.Image image = (Artifact.Image) launch(agent("first", "Explains mathematics"));
        builder.publish(image, Silent.patient());
        try {
            Floor wire = new Floor(host);
            ObjectNode manifest = wire.manifest(image.ref().repository(), image.digest());
            String config = new String(
                    wire.blob(
                            image.ref().repository(),
                            manifest.path("config").path("digest").asText()),
                    StandardCharsets.UTF_8);
            return config.replaceFirst("(?s).*\"io.agentlaunchpad.runtime.digest\":\"(sha256:[0-9a-f]{64})\".*", "$1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** 200 different agents at once from one JVM, runtime included. */
    private void fleet() throws Exception {
        install();
        int agents = 200;
        ExecutorService threads = Executors.newFixedThreadPool(agents);
        long before = System.nanoTime();
        List<CompletableFuture<Artifact>> all = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            AgentSpec spec = agent("agent-" + i, "Number " + i);
            all.add(CompletableFuture.supplyAsync(
                    () -> {
                        Artifact image = launch(spec);
                        builder.publish(image, Silent.patient());
                        return image;
                    },
                    threads));
        }
        long distinct = all.stream()
                .map(CompletableFuture::join)
                .map(Artifact::digest)
                .distinct()
                .count();
        double seconds = (System.nanoTime() - before) / 1e9;
        threads.shutdown();
        System.out.printf(
                Locale.ROOT,
                "- %d different agents at once, runtime build included: %.1f s, %d digests, no error; heap peak %d MB,"
                        + " most threads %d (%d of them the callers)%n",
                agents,
                seconds,
                distinct,
                heapPeak() >> 20,
                ManagementFactory.getThreadMXBean().getPeakThreadCount(),
                agents);
        Floor wire = new Floor(host);
        System.out.println("  - tags in the runtime repository: " + wire.tags(prefix + "/runtime"));
    }

    /** Writes what an exported Dockerfile would copy: for builders of other kinds. */
    private static void context(Path directory) {
        AgentSpec spec = agent("first", "Explains mathematics");
        Bounds bounds = Bounds.within(Duration.ofMinutes(15));
        var lock = new LockResolver(Npm.onPath()).resolve(spec.effectivePlugins(), bounds);
        AgentProject.of(spec, lock).writeTo(directory);
        try (var dependencies = new DependencyInstaller(Npm.onPath(), DependencyCache.ofUser())
                .install(lock, Target.linux("x64"), bounds)) {
            System.out.println(dependencies.nodeModules());
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static long time(Work work) throws Exception {
        long before = System.nanoTime();
        work.run();
        return System.nanoTime() - before;
    }

    /** An upper bound: each pool at its own worst moment. */
    private static long heapPeak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set. Fix: eval \"$(testbed/up registry base-image)\"");
        }
        return value;
    }
}
