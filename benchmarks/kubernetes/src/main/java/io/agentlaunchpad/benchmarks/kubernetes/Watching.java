package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.k8s.KubernetesPlatform;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.TestWork;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A process that does nothing but watch the agents of a namespace. Argument: the namespace. */
final class Watching {

    private static final Duration QUIET = Duration.ofSeconds(20);

    private Watching() {}

    public static void main(String[] arguments) throws Exception {
        String namespace = arguments[0];
        String context = Corner.variable("LAUNCHPAD_TEST_CLUSTER");
        System.out.println("| | heap after collection | threads | most threads at once |\n|---|---|---|---|");
        try (Platform platform = KubernetesPlatform.context(context).namespace(namespace)) {
            List<Release> releases = new ArrayList<>();
            platform.survey(TestWork.within(Duration.ofMinutes(2))).forEach(found -> releases.add(found.serving()));
            print("nothing watched; " + releases.size() + " releases in memory");
            try (Platform.Watch drift = platform.drift(change -> System.out.println("drift: " + change))) {
                Thread.sleep(10_000);
                print("every object watched for drift");
                rollouts(platform, releases, namespace);
            }
        }
    }

    private static void rollouts(Platform platform, List<Release> releases, String namespace) throws Exception {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        List<Platform.Watch> watches = new ArrayList<>();
        long start = System.nanoTime();
        for (Release release : releases) {
            watches.add(
                    platform.watch(release, facts -> heard.add(release.agentId().value())));
        }
        while (heard.size() < releases.size()) {
            Thread.sleep(20);
        }
        double all = (System.nanoTime() - start) / 1e9;
        print("and a rollout of each agent watched");
        Instant from = Instant.now();
        double used = cpuSeconds();
        Thread.sleep(QUIET.toMillis());
        System.out.printf(
                Locale.ROOT,
                "%nFacts of all were reported %.1f s after the first was asked for. In %d quiet seconds after that: %.1f s of CPU, requests %s.%n",
                all,
                QUIET.toSeconds(),
                cpuSeconds() - used,
                Audit.requests(namespace, from));
        watches.forEach(Platform.Watch::close);
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static void print(String what) throws InterruptedException {
        System.gc();
        Thread.sleep(500);
        System.gc();
        var threads = ManagementFactory.getThreadMXBean();
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f MB | %d | %d |%n",
                what,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6,
                threads.getThreadCount(),
                threads.getPeakThreadCount());
        threads.resetPeakThreadCount();
    }
}
