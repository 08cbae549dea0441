package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.Platform.Found;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that live on a platform and that the store does not know yet. */
class AdoptionTest {

    private static final Owner OWNER = Owner.of("customer-7");
    private static final AgentId ADA = AgentId.of(OWNER, "ada");

    private final FakePlatform platform = new FakePlatform();
    private final ManualLaunchpad manual =
            ManualLaunchpad.with(builder -> builder.platform("test", platform).artifacts(new FakeArtifacts()));
    private final Launchpad launchpad = manual.launchpad();

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void an_agent_found_has_its_owner_platform_specification_and_releases() {
        platform.houses(new Found(OWNER, List.of(release(3, 2), release(2, 1))));

        List<Agent> adopted = launchpad.adopt("test");

        assertThat(adopted).extracting(Agent::id).containsExactly(ADA);
        Agent ada = launchpad.fleet(OWNER).find("ada").orElseThrow();
        assertThat(ada.platform()).isEqualTo("test");
        assertThat(ada.spec()).isEqualTo(release(3, 2).spec());
        assertThat(ada.releases()).extracting(Release::revision).containsExactly(3, 2);
        assertThat(ada.state().status()).isEqualTo(AgentStatus.DEPLOYED);
        assertThat(ada.state().revision()).isEqualTo(3);
        assertThat(ada.state().createdAt()).isEqualTo(release(2, 1).createdAt());
    }

    @Test
    void an_agent_found_is_changed_and_deleted_like_any_other() {
        platform.houses(new Found(OWNER, List.of(release(3, 1), release(2, 1))));
        Agent ada = launchpad.adopt("test").get(0);

        assertThat(ada.chat("Hello").text()).isEqualTo("Hello yourself");
        List<String> lines = new ArrayList<>();
        ada.logs(LogQuery.last(2), Duration.ofSeconds(5), lines::add);
        assertThat(lines).containsExactly("first", "second");
        done(ada.scale(0));
        assertThat(ada.state().revision()).isEqualTo(4);
        done(launchpad.submit(request("Explains better"), Secrets.none()));
        assertThat(platform.calls()).contains("apply 5");
        done(ada.rollback(2));
        done(ada.delete());
        assertThat(platform.running(ADA)).isEmpty();
        assertThat(launchpad.fleet().all()).isEmpty();
    }

    @Test
    void an_update_of_an_agent_found_that_fails_restores_the_release_that_was_found() {
        platform.houses(new Found(OWNER, List.of(release(3, 1))));
        launchpad.adopt("test");
        platform.doomedWhen(release -> release.revision() > 3);

        Operation update = launchpad.submit(request("Explains better"), Secrets.none());
        manual.runAll();

        assertThat(update.report().orElseThrow().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(platform.calls()).containsSubsequence("apply 4", "apply 3");
    }

    @Test
    void doing_it_again_changes_nothing() {
        platform.houses(new Found(OWNER, List.of(release(3, 1))));
        Agent ada = launchpad.adopt("test").get(0);
        List<AgentEvent> events = ada.events(1);
        Instant updated = ada.state().updatedAt();
        manual.clock().advance(Duration.ofMinutes(1));

        assertThat(launchpad.adopt("test")).isEmpty();
        assertThat(ada.events(1)).isEqualTo(events);
        assertThat(ada.state().updatedAt()).isEqualTo(updated);
    }

    @Test
    void it_is_told_in_the_agents_events() {
        platform.houses(new Found(OWNER, List.of(release(3, 1))));

        Agent ada = launchpad.adopt("test").get(0);

        assertThat(ada.events(1)).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(EventType.ADOPTED);
            assertThat(event.data()).containsEntry("platform", "test").containsEntry("revision", "3");
        });
    }

    @Test
    void what_the_store_knows_is_never_overwritten() {
        done(launchpad.submit(request("Explains"), Secrets.none()));
        Release known = launchpad.agent(ADA).releases().get(0);
        platform.houses(new Found(OWNER, List.of(release(1, 5))));

        assertThat(launchpad.adopt("test")).isEmpty();
        assertThat(launchpad.agent(ADA).releases()).containsExactly(known);
    }

    @Test
    void a_later_release_that_another_launchpad_brought_out_serves_from_now_on() {
        done(launchpad.submit(request("Explains"), Secrets.none()));
        Release known = launchpad.agent(ADA).releases().get(0);
        platform.houses(new Found(OWNER, List.of(release(2, 0), known)));

        assertThat(launchpad.adopt("test")).hasSize(1);
        assertThat(launchpad.agent(ADA).releases()).containsExactly(release(2, 0), known);
        assertThat(launchpad.agent(ADA).state().status()).isEqualTo(AgentStatus.STOPPED);
    }

    @Test
    void an_agent_that_an_operation_works_on_is_left_alone() {
        launchpad.submit(request("Explains"), Secrets.none());
        platform.houses(new Found(OWNER, List.of(release(2, 1))));

        assertThat(launchpad.adopt("test")).isEmpty();
    }

    @Test
    void an_agent_that_is_deleted_while_the_platform_is_asked_does_not_come_back() {
        done(launchpad.submit(request("Explains"), Secrets.none()));
        Found stale = new Found(OWNER, launchpad.agent(ADA).releases());
        platform.houses(stale);
        done(launchpad.agent(ADA).delete());

        assertThat(launchpad.adopt("test")).isEmpty();

        manual.clock().advance(Duration.ofSeconds(1));
        assertThat(launchpad.adopt("test"))
                .as("asked later, it is really there")
                .hasSize(1);
    }

    @Test
    void an_agent_that_was_deleted_behind_the_stores_back_is_launched_again_with_its_secrets() {
        done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
        Release gone = launchpad.agent(ADA).releases().get(0);
        platform.secrets().forget(ADA, String.valueOf(gone.secretVersion()));

        assertThatThrownBy(() -> launchpad.submit(request("Explains"), Secrets.none()))
                .as("it would run without values that somebody relies on")
                .isInstanceOf(NotFoundException.class);
        done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
        assertThat(launchpad.plan(request("Explains"), Secrets.of("A", "1")).changes())
                .noneMatch(change -> change.object().equals("secret values"));
    }

    @Test
    void records_that_contradict_each_other_are_left_alone() {
        platform.houses(new Found(Owner.of("somebody-else"), List.of(release(3, 1))));

        assertThat(launchpad.adopt("test")).isEmpty();
        assertThat(launchpad.fleet().all()).isEmpty();
    }

    @Test
    void a_platform_that_nobody_wired_is_named() {
        assertThatThrownBy(() -> launchpad.adopt("moon"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("moon");
    }

    private void done(Operation operation) {
        manual.runAll();
        operation.report().orElseThrow().orThrow();
    }

    private static Release release(int revision, int replicas) {
        return new Release(
                ADA,
                revision,
                spec("Explains"),
                new Artifact.Project(String.format("sha256:%064x", 7), Path.of("/nowhere/ada")),
                "run it",
                null,
                new Release.Run(replicas, 1),
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(revision));
    }

    private static LaunchRequest request(String bio) {
        return LaunchRequest.of(spec(bio)).ownedBy(OWNER);
    }

    private static AgentSpec spec(String bio) {
        return AgentSpec.named("ada").bio(bio).build();
    }
}
