package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that were asked for by a certain state of the agent, in two processes on one store. */
class UnchangedSinceTest {

    private static final LaunchRequest ADA =
            LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());

    private final FakePlatform platform = new FakePlatform();
    private final List<ManualLaunchpad> instances = new ArrayList<>();

    /** One more handle on the same records. */
    protected List<Store> stores() {
        Store shared = Stores.inMemory();
        return List.of(shared, shared);
    }

    @BeforeEach
    void start() {
        stores().forEach(store -> instances.add(ManualLaunchpad.with(
                builder -> builder.store(store).platform("test", platform).artifacts(new FakeArtifacts()))));
    }

    @AfterEach
    void close() {
        instances.forEach(ManualLaunchpad::close);
    }

    private Launchpad here() {
        return instances.get(0).launchpad();
    }

    private Launchpad there() {
        return instances.get(1).launchpad();
    }

    private Agent ada(Launchpad launchpad) {
        return launchpad.agent(ADA.agentId());
    }

    @Test
    void what_was_asked_for_by_the_latest_operation_is_accepted() {
        OperationId first = here().submit(ADA, Secrets.none()).id();
        OperationId second =
                there().submit(ADA.ifUnchangedSince(first), Secrets.none()).id();
        OperationId third = ada(here()).ifUnchangedSince(second).restart().id();
        assertThat(ada(there()).operations(10)).extracting(Operation::id).containsExactly(third, second, first);
    }

    @Test
    void what_was_asked_for_by_an_older_one_is_refused_and_leaves_nothing() {
        OperationId first = here().submit(ADA, Secrets.none()).id();
        OperationId second = ada(there()).restart().id();

        assertThatThrownBy(() -> here().submit(ADA.ifUnchangedSince(first), Secrets.of("A", "1")))
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("AGENT_CHANGED"))
                .hasMessageContaining(second.value());
        assertThatThrownBy(() -> ada(here()).ifUnchangedSince(first).delete())
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo("AGENT_CHANGED"));
        assertThat(ada(here()).operations(10)).hasSize(2);
        assertThat(platform.secretVersions()).isZero();
    }

    @Test
    void an_agent_that_does_not_exist_has_no_latest_operation() {
        OperationId elsewhere = here().submit(
                        LaunchRequest.of(AgentSpec.named("eve").bio("x").build()), Secrets.none())
                .id();
        assertThatThrownBy(() -> here().submit(ADA.ifUnchangedSince(elsewhere), Secrets.none()))
                .isInstanceOf(ConflictException.class);
        assertThat(here().fleet().all().map(Agent::id).map(AgentId::value)).noneMatch(id -> id.startsWith("ada"));
    }

    @Test
    void the_same_idempotency_key_gives_the_first_answer_although_the_agent_has_changed_by_it() {
        OperationId first = here().submit(ADA, Secrets.none()).id();
        LaunchRequest once = ADA.ifUnchangedSince(first).idempotencyKey("once");
        OperationId second = here().submit(once, Secrets.none()).id();
        assertThat(there().submit(once, Secrets.none()).id()).isEqualTo(second);
    }

    @Test
    void of_many_that_ask_by_the_same_state_in_two_processes_one_is_accepted() throws Exception {
        OperationId latest = here().submit(ADA, Secrets.none()).id();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 15; round++) {
                List<OperationId> accepted = race(threads, latest);
                assertThat(accepted).as("round " + round).hasSize(1);
                latest = accepted.get(0);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ada(here()).operations(100)).hasSize(16);
    }

    private List<OperationId> race(ExecutorService threads, OperationId seen) throws Exception {
        CyclicBarrier start = new CyclicBarrier(6);
        List<Callable<List<OperationId>>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Launchpad launchpad = i % 2 == 0 ? here() : there();
            boolean launch = i % 3 == 0;
            calls.add(() -> {
                start.await();
                try {
                    return List.of(
                            launch
                                    ? launchpad
                                            .submit(ADA.ifUnchangedSince(seen), Secrets.none())
                                            .id()
                                    : ada(launchpad)
                                            .ifUnchangedSince(seen)
                                            .restart()
                                            .id());
                } catch (LaunchpadException e) {
                    assertThat(e.code()).isEqualTo("AGENT_CHANGED");
                    return List.of();
                }
            });
        }
        List<OperationId> accepted = new ArrayList<>();
        for (Future<List<OperationId>> result : threads.invokeAll(calls)) {
            accepted.addAll(result.get());
        }
        return accepted;
    }
}
