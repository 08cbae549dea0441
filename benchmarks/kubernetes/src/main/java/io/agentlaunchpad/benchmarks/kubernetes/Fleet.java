package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Many agents at zero replicas: all their objects stored, no pod. */
final class Fleet {

    /** One kubectl process for each agent is timed on this many. */
    private static final int SAMPLE = 100;

    private static final int WATCHED = 2_000;

    /** It lives in services that have run for a while: this many agents before the first that are timed. */
    private static final int WARM_UP = 200;

    private static final String SIZE = System.getenv().getOrDefault("BENCH_FLEET", "");

    private Fleet() {}

    static void measure(Artifact image) throws Exception {
        System.out.println("\n## Many agents at zero replicas\n");
        System.out.println("| agents | who | in all | agents a second |\n|---|---|---|---|");
        if (!SIZE.equals("large")) {
            byKubectl(image, 50, "bench-small");
            byLaunchpad(image, 50);
        }
        if (!SIZE.equals("small")) {
            byKubectl(image, 1_000, "bench-large");
            watched(image, byLaunchpadKept(image, 1_000));
        }
    }

    private static void byLaunchpad(Artifact image, int count) throws Exception {
        try (Corner corner = byLaunchpadKept(image, count)) {
            requests(corner);
        }
    }

    private static void requests(Corner corner) throws Exception {
        var asked = Audit.requests(corner.name(), java.time.Instant.EPOCH);
        System.out.println(
                "<!-- Launchpad's requests for the " + corner.name() + ": " + Audit.sum(asked) + " " + asked + " -->");
    }

    private static Corner byLaunchpadKept(Artifact image, int count) throws Exception {
        Corner corner = Corner.open("fleet");
        try (Platform platform = corner.platform()) {
            Agents.bringOut(platform, image, Agents.names("warm-up", 0, WARM_UP));
            List<String> names = Agents.names("ours", 0, count);
            long start = System.nanoTime();
            Agents.bringOut(platform, image, names);
            print(count, "Launchpad, 8 at a time", System.nanoTime() - start, count);
        }
        return corner;
    }

    private static void byKubectl(Artifact image, int count, String prefix) throws Exception {
        Template template;
        try (Corner corner = Corner.open("fleet");
                Platform platform = corner.platform()) {
            template = Template.of(corner, Agents.bringOut(platform, image, "archetype"));
        }
        try (Corner corner = Corner.open("fleet")) {
            Path all = template.file(Agents.names(prefix, 0, count));
            long start = System.nanoTime();
            corner.kubectl("apply", "--server-side", "-f", all.toString());
            print(count, "one kubectl for all", System.nanoTime() - start, count);
        }
        try (Corner corner = Corner.open("fleet")) {
            int some = Math.min(SAMPLE, count);
            List<Callable<Void>> each = new ArrayList<>();
            for (String name : Agents.names(prefix, 0, 2 * some)) {
                Path file = template.file(List.of(name));
                each.add(() -> {
                    corner.kubectl("apply", "--server-side", "-f", file.toString());
                    return null;
                });
            }
            long start = System.nanoTime();
            for (Callable<Void> one : each.subList(0, some)) {
                one.call();
            }
            print(some, "a kubectl for each, one after the other", System.nanoTime() - start, some);
            start = System.nanoTime();
            Agents.eightAtATime(each.subList(some, 2 * some));
            print(some, "a kubectl for each, 8 at a time", System.nanoTime() - start, some);
        }
    }

    private static void watched(Artifact image, Corner corner) throws Exception {
        try (corner) {
            try (Platform platform = corner.platform()) {
                Agents.bringOut(platform, image, Agents.names("ours", 1_000, WATCHED - 1_000));
            }
            System.out.println("\n## " + WATCHED + " agents watched\n");
            // A process of its own: the heap is that of watching alone.
            int status = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Watching.class.getName(),
                            corner.name())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("The watching process ended with " + status);
            }
        }
    }

    private static void print(int count, String who, long nanos, int done) {
        System.out.printf(Locale.ROOT, "| %d | %s | %.1f s | %.1f |%n", count, who, nanos / 1e9, done / (nanos / 1e9));
    }
}
