package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The agents that are measured: each has every kind of object that an agent without a volume has. */
final class Agents {

    private static final int AT_ONCE = 8;

    private Agents() {}

    static AgentSpec spec(String name) {
        return AgentSpec.named(name)
                .bio("Is measured")
                .database(Database.POSTGRESQL)
                .secretNames("POSTGRES_URL")
                .build();
    }

    static AgentId id(String name) {
        return AgentId.of(Owner.LOCAL, name);
    }

    static Secrets secrets() {
        return Secrets.of("POSTGRES_URL", "postgres://nobody:nothing@nowhere.example/none");
    }

    /** What a launch does on the platform, for an agent that is to be stopped: secrets, objects, record. */
    static Release bringOut(Platform platform, Artifact image, String name) {
        WorkContext work = TestWork.within(Duration.ofMinutes(5));
        AgentSpec spec = spec(name);
        AgentId id = id(name);
        String version = platform.secrets().put(id, secrets());
        Release.Run run = new Release.Run(0, 1);
        String objects = platform.render(new PlanRequest(id, Owner.LOCAL, spec, image, version, run), work)
                .objects();
        Release release = new Release(id, 1, spec, image, objects, version, run, Instant.now());
        platform.apply(release, TestFence.holding(), work);
        platform.accepted(release);
        return release;
    }

    /** The same for many, eight at a time. */
    static void bringOut(Platform platform, Artifact image, List<String> names) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (String name : names) {
            all.add(() -> {
                bringOut(platform, image, name);
                return null;
            });
        }
        eightAtATime(all);
    }

    static void eightAtATime(List<Callable<Void>> all) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (Future<Void> each : threads.invokeAll(all)) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    static List<String> names(String prefix, int from, int count) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            names.add(String.format("%s-%05d", prefix, i));
        }
        return names;
    }
}
