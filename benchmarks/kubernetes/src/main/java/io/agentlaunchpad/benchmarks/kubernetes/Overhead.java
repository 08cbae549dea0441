package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.release.Release;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** One agent from the call to the word that it is ready: the whole pipeline, beside kubectl with the same objects. */
final class Overhead {

    private static final int ROUNDS = 7;
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Corner corner;
    private final Launchpad launchpad;

    private Overhead(Corner corner, Launchpad launchpad) {
        this.corner = corner;
        this.launchpad = launchpad;
    }

    static void measure(BaseImage image) throws Exception {
        with(image, "overhead", Overhead::rounds);
    }

    static void count(BaseImage image) throws Exception {
        with(image, "requests", Overhead::requests);
    }

    private interface Work {
        void run(Overhead overhead) throws Exception;
    }

    private static void with(BaseImage image, String what, Work work) throws Exception {
        try (Corner corner = Corner.open(what);
                Launchpad launchpad = Launchpad.builder()
                        .artifacts(image)
                        .platform("k8s", corner.platform().customizing(BaseImage::serving))
                        .store(Stores.inMemory())
                        .policy(LaunchPolicy.standard().healthyWithin(Duration.ofMinutes(2)))
                        .build()) {
            work.run(new Overhead(corner, launchpad));
        }
    }

    private void rounds() throws Exception {
        List<Took> ours = new ArrayList<>();
        List<Took> kubectl = new ArrayList<>();
        try (Eye eye = new Eye(corner)) {
            Agent first = launch("archetype");
            Template template = Template.of(corner, first.releases().get(0));
            first.delete().await(LONG).orThrow();
            byKubectl(template, "kubectl-first", eye);
            for (int round = 0; round < ROUNDS; round++) {
                String name = "ours-" + round;
                long start = System.nanoTime();
                Agent agent = launch(name);
                ours.add(took(start, System.nanoTime(), name, eye));
                agent.delete().await(LONG).orThrow();
                kubectl.add(byKubectl(template, "kubectl-" + round, eye));
            }
        }
        System.out.println("\n## One launch\n");
        System.out.println(
                "| " + ROUNDS
                        + " rounds in turns, medians | in all | overhead | call → Deployment stored | pod ready → told |\n|---|---|---|---|---|");
        print("`kubectl apply --server-side` + `rollout status`", kubectl);
        print("Launchpad, whole pipeline", ours);
    }

    private Agent launch(String name) {
        return launchpad.launch(LaunchRequest.of(Agents.spec(name)).on("k8s"), Agents.secrets());
    }

    private Took byKubectl(Template template, String name, Eye eye) throws Exception {
        Path file = template.file(List.of(name));
        long start = System.nanoTime();
        corner.kubectl("apply", "--server-side", "-f", file.toString());
        corner.kubectl("rollout", "status", "deployment/" + Agents.id(name));
        Took took = took(start, System.nanoTime(), name, eye);
        corner.kubectl("delete", "-f", file.toString(), "--wait=true");
        corner.kubectl(
                "wait", "--for=delete", "pod", "-l", "agentlaunchpad.io/agent=" + Agents.id(name), "--timeout=3m");
        return took;
    }

    private static Took took(long start, long end, String name, Eye eye) {
        String id = Agents.id(name).value();
        return new Took(end - start, eye.stored(id) - start, end - eye.ready(id));
    }

    private static void print(String who, List<Took> all) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s |%n",
                who,
                median(all, Took::whole),
                median(all, took -> took.before() + took.after()),
                median(all, Took::before),
                median(all, Took::after));
    }

    private static String median(List<Took> all, ToDoubleFunction<Took> what) {
        double[] sorted = all.stream().mapToDouble(what).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%.0f ms (%.0f–%.0f)",
                sorted[sorted.length / 2] / 1e6,
                sorted[0] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private void requests() throws Exception {
        launch("first").delete().await(LONG).orThrow();
        Instant before = Instant.now();
        Agent agent = launch("second");
        Map<String, Integer> asked = Audit.requests(corner.name(), before);
        Release release = agent.releases().get(0);
        int objects = Template.of(corner, release).size();
        System.out.println("\n## Requests of one launch\n");
        System.out.println("The second agent of a namespace, by the audit log: " + Audit.sum(asked) + " requests for "
                + objects + " objects: " + asked);
        Instant settled = Instant.now();
        Thread.sleep(20_000);
        System.out.println(
                "In the 20 seconds after it: " + Audit.requests(corner.name(), settled) + " (nobody looks).");
        agent.delete().await(LONG).orThrow();
    }

    /**
     * Nanoseconds.
     *
     * @param whole from the call to its return
     * @param before from the call until the Deployment was stored
     * @param after from the ready pod to the return
     */
    private record Took(long whole, long before, long after) {}
}
