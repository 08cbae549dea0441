package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Platform.Drift;
import io.agentlaunchpad.spi.Store;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others change of an agent's objects becomes events of the agent. */
class DriftTest {

    private static final AgentId ADA = AgentId.of(Owner.LOCAL, "ada");

    private final FakePlatform platform = new FakePlatform();
    private final Store store = Stores.inMemory();
    private final MovableClock clock = new MovableClock();
    private final ManualLaunchpad manual = launchpad("first", store);

    @BeforeEach
    void launch() {
        manual.launchpad().submit(request(), Secrets.none());
        manual.runAll();
        clock.advance(java.time.Duration.ofMinutes(1));
    }

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void a_change_is_an_event_with_object_what_and_who_in_the_gap_free_sequence() {
        platform.drifts(drift("kubectl-edit", "1"));

        AgentEvent event = drifts().get(0);
        assertThat(event.message()).isEqualTo("Deployment ada: changed by kubectl-edit: .spec.replicas");
        assertThat(event.data())
                .containsEntry("object", "Deployment ada")
                .containsEntry("what", ".spec.replicas")
                .containsEntry("who", "kubectl-edit");
        assertThat(event.operationId()).isNull();
        List<AgentEvent> all = manual.launchpad().agent(ADA).events(1);
        assertThat(all)
                .extracting(AgentEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
    }

    @Test
    void a_change_that_two_processes_see_is_written_once() {
        ManualLaunchpad second = launchpad("second", store);

        platform.drifts(drift("kubectl-edit", "1"));
        platform.drifts(drift("kubectl-edit", "1"));
        platform.drifts(drift("kubectl-edit", "2"));

        assertThat(drifts()).extracting(event -> event.data().get("key")).containsExactly("1", "2");
        second.close();
    }

    @Test
    void what_nobody_in_particular_did_during_our_own_operation_is_that_operations_doing() {
        platform.beforeApply(
                () -> platform.drifts(drift(Drift.UNKNOWN, "ours")).drifts(drift("kubectl-edit", "theirs")));

        manual.launchpad().agent(ADA).restart();
        manual.runAll();
        platform.drifts(drift(Drift.UNKNOWN, "late news of ours"));
        clock.advance(java.time.Duration.ofMinutes(1));
        platform.drifts(drift(Drift.UNKNOWN, "of another hour"));

        assertThat(drifts()).extracting(event -> event.data().get("key")).containsExactly("theirs", "of another hour");
    }

    @Test
    void an_agent_that_the_store_does_not_know_gets_no_event() {
        AgentId stranger = AgentId.of(Owner.LOCAL, "bob");

        platform.drifts(new Drift(stranger, "Deployment bob", "deleted", "kubectl", "1", clock.instant()));

        long last = store.read(tables -> tables.events().last(stranger));
        assertThat(last).isZero();
    }

    @Test
    void a_listener_hears_of_it_after_it_was_stored() {
        List<AgentEvent> heard = new java.util.ArrayList<>();
        try (Launchpad.Listening ignored = manual.launchpad().listen(heard::add)) {
            platform.drifts(drift("kubectl-edit", "1"));
        }

        assertThat(heard).isEqualTo(drifts());
    }

    @Test
    void a_launchpad_that_does_not_watch_writes_nothing() {
        FakePlatform other = new FakePlatform();
        ManualLaunchpad blind = ManualLaunchpad.with(builder ->
                builder.platform("test", other).artifacts(new FakeArtifacts()).watchDrift(false));
        blind.launchpad().submit(request(), Secrets.none());
        blind.runAll();

        other.drifts(drift("kubectl-edit", "1"));

        assertThat(blind.launchpad().agent(ADA).events(1))
                .extracting(AgentEvent::type)
                .doesNotContain(EventType.DRIFT);
        blind.close();
    }

    @Test
    void nothing_is_written_after_the_launchpad_is_closed() {
        long before = store.read(tables -> tables.events().last(ADA));
        manual.close();

        platform.drifts(drift("kubectl-edit", "1"));

        long after = store.read(tables -> tables.events().last(ADA));
        assertThat(after).isEqualTo(before);
    }

    private List<AgentEvent> drifts() {
        return manual.launchpad().agent(ADA).events(1).stream()
                .filter(event -> event.type() == EventType.DRIFT)
                .toList();
    }

    private Drift drift(String who, String key) {
        return new Drift(ADA, "Deployment ada", ".spec.replicas", who, key, clock.instant());
    }

    private ManualLaunchpad launchpad(String worker, Store shared) {
        return ManualLaunchpad.with(
                clock,
                worker,
                builder -> builder.store(shared).platform("test", platform).artifacts(new FakeArtifacts()));
    }

    private static LaunchRequest request() {
        return LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());
    }
}
