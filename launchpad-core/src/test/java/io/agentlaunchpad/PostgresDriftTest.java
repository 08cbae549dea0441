package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Platform.Drift;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several processes on one database that see the same changes at the same moments. */
class PostgresDriftTest {

    private static final AgentId ADA = AgentId.of(Owner.LOCAL, "ada");
    private static final int PROCESSES = 4;
    private static final int CHANGES = 20;

    private final String schema = Databases.schema();
    private final List<FakePlatform> platforms = new ArrayList<>();
    private final List<ManualLaunchpad> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(ManualLaunchpad::close);
        Databases.drop(schema);
    }

    @Test
    void each_change_is_one_event_in_a_sequence_without_gaps() throws Exception {
        for (int i = 0; i < PROCESSES; i++) {
            FakePlatform platform = new FakePlatform();
            platforms.add(platform);
            processes.add(ManualLaunchpad.with(
                    builder -> builder.store(JdbcStore.of(Databases.postgres()).schema(schema))
                            .platform("test", platform)
                            .artifacts(new FakeArtifacts())));
        }
        Launchpad first = processes.get(0).launchpad();
        first.submit(LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build()), Secrets.none());
        processes.get(0).runAll();

        CyclicBarrier together = new CyclicBarrier(PROCESSES);
        ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
        List<Callable<Void>> watching = platforms.stream()
                .<Callable<Void>>map(platform -> () -> {
                    for (int key = 0; key < CHANGES; key++) {
                        together.await();
                        platform.drifts(new Drift(ADA, "Service/ada", ".spec", "kubectl", "key-" + key, Instant.now()));
                    }
                    return null;
                })
                .toList();
        for (Future<Void> end : threads.invokeAll(watching)) {
            end.get();
        }
        threads.shutdown();

        List<AgentEvent> all = first.agent(ADA).events(1);
        assertThat(all)
                .filteredOn(event -> event.type() == EventType.DRIFT)
                .extracting(event -> event.data().get("key"))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, CHANGES)
                        .mapToObj(key -> "key-" + key)
                        .toList());
        assertThat(all)
                .extracting(AgentEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
    }
}
