package io.agentlaunchpad.benchmarks.server;

import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The records of a fleet that was launched some time ago: each agent with a release, a settled operation and ten events. */
final class Agents {

    static final int COUNT = 10_000;
    private static final int BATCH = 100;
    private static final int OWNERS = 100;

    private Agents() {}

    static void fill(Store store, FakePlatform platform) {
        for (int from = 0; from < COUNT; from += BATCH) {
            int first = from;
            store.<Boolean>transact(tables -> {
                for (int i = first; i < first + BATCH; i++) {
                    put(tables, platform, i);
                }
                return true;
            });
        }
    }

    /** {@code agent-00000} to {@code agent-09999}. */
    static String id(int number) {
        return String.format(Locale.ROOT, "agent-%05d", number);
    }

    private static void put(Store.Tables tables, FakePlatform platform, int number) {
        Instant now = Instant.now();
        AgentId id = new AgentId(id(number));
        Owner owner = Owner.of("owner-" + number % OWNERS);
        AgentSpec spec = AgentSpec.named("agent-" + number)
                .bio("Explains mathematics to those who ask, and writes notes on engines. ".repeat(5))
                .plugin("@elizaos/plugin-openai")
                .build();
        Release release = new Release(
                id,
                1,
                spec,
                new Artifact.Project("sha256:" + "0".repeat(64), Path.of("/nowhere")),
                "objects",
                null,
                new Release.Run(1, 0),
                now);
        OperationId operation = new OperationId(String.format(Locale.ROOT, "op-%024x", number));
        tables.agents()
                .put(new AgentRow(
                        id,
                        owner,
                        spec.name(),
                        "memory",
                        spec,
                        null,
                        1,
                        1,
                        1,
                        Verdict.of(Verdict.Health.HEALTHY),
                        Outcome.SUCCEEDED,
                        now,
                        now));
        tables.releases().put(release);
        tables.operations()
                .insert(new OperationRow(
                        operation,
                        id,
                        owner,
                        OperationKind.LAUNCH,
                        new OperationRow.Ask("memory", spec, null, LaunchPolicy.standard(), 0, 0, false),
                        OperationRow.State.SETTLED,
                        null,
                        OperationRow.Trail.empty(),
                        new OperationRow.Hold(1, null, null, 1, now),
                        false,
                        new OperationRow.Result(Outcome.SUCCEEDED, null, List.of(), 1, now),
                        null,
                        now,
                        now));
        for (int event = 0; event < 10; event++) {
            tables.events().append(id, now, EventType.STAGE_FINISHED, operation, "a stage ended", Map.of());
        }
        platform.houses(new Platform.Found(owner, List.of(release)));
    }
}
