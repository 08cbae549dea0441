package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.AgentStatus;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.OperationFailedException;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The laws of the pipelines, on a platform in memory. */
class PipelineTest {

    private final FakePlatform platform = new FakePlatform();
    private final FakeArtifacts artifacts = new FakeArtifacts();
    private final ManualLaunchpad manual = ManualLaunchpad.with(
            builder -> builder.store(store()).platform("test", platform).artifacts(artifacts));
    private final Launchpad launchpad = manual.launchpad();

    /** A new handle on an empty store. */
    protected Store store() {
        return Stores.inMemory();
    }

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void operations_are_listed_while_they_are_open_and_stay_in_their_agents_history() {
        Operation launch = launchpad.submit(request("Explains"), Secrets.none());

        assertThat(launchpad.openOperations(10)).extracting(Operation::id).containsExactly(launch.id());
        assertThat(launch.createdAt())
                .isEqualTo(launchpad.operation(launch.id()).createdAt());

        done(launch);

        assertThat(launchpad.openOperations(10)).isEmpty();
        assertThat(agent().operations(10)).extracting(Operation::id).containsExactly(launch.id());
        assertThat(agent().operations(10).get(0).report()).isPresent();
    }

    @Nested
    class A_first_launch {

        @Test
        void that_becomes_healthy_serves_and_is_accepted() {
            Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(report.revision()).isEqualTo(1);
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1");
            assertThat(agent().state().status()).isEqualTo(AgentStatus.DEPLOYED);
        }

        @Test
        void that_cannot_be_built_is_rejected_with_the_platform_untouched() {
            artifacts.beforeBuild(() -> {
                throw new BuildException("No space.", "make room.");
            });

            Report report = done(launchpad.submit(request("Explains"), Secrets.of("OPENAI_API_KEY", "v")));

            assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(report.failureIfAny().orElseThrow().code()).isEqualTo("BUILD_FAILED");
            assertThat(platform.calls()).isEmpty();
            assertThat(platform.secretVersions())
                    .as("secrets nobody needs are forgotten")
                    .isZero();
            assertThat(agent().state().status()).isEqualTo(AgentStatus.REJECTED);
        }

        @Test
        void whose_secrets_cannot_be_forgotten_ends_all_the_same_whatever_the_platform_makes_of_that() {
            artifacts.beforeBuild(() -> {
                throw new BuildException("No space.", "make room.");
            });
            platform.beforeForget(() -> {
                throw new IllegalStateException("planted");
            });

            Report report = done(launchpad.submit(request("Explains"), Secrets.of("OPENAI_API_KEY", "v")));

            assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
        }

        @Test
        void that_is_doomed_is_removed() {
            platform.doomedWhen(release -> true);

            Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(report.failureIfAny().orElseThrow().message()).contains("the plugin threw", "last words");
            assertThat(platform.calls()).containsExactly("apply 1", "delete");
            assertThatThrownBy(report::orThrow).isInstanceOf(OperationFailedException.class);
        }

        @Test
        void that_is_taken_back_leaves_the_secrets_of_the_launch_that_waits_behind_it() {
            platform.doomedWhen(release -> release.spec().personality().bio().contains("Explains"));
            Operation first = launchpad.submit(request("Explains"), Secrets.of("A", "1"));
            Operation second = launchpad.submit(request("Explains better"), Secrets.of("A", "1"));
            manual.runAll();

            assertThat(first.report().orElseThrow().outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(second.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(platform.secretVersions()).isEqualTo(1);
        }

        @Test
        void whose_take_back_fails_lists_what_is_left() {
            platform.doomedWhen(release -> true).cannotDelete("process 4711");

            Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.left()).containsExactly("process 4711");
        }

        @Test
        void that_meets_an_exception_of_a_foreign_kind_is_handled_like_any_other_failure() {
            platform.beforeApply(() -> {
                throw new IllegalStateException("with a secret in it");
            });

            Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(report.failureIfAny().orElseThrow().code()).isEqualTo("UNEXPECTED");
            assertThat(report.failureIfAny().orElseThrow().message()).doesNotContain("secret");
        }
    }

    @Test
    void an_error_of_the_virtual_machine_is_handled_like_any_other_failure() {
        platform.beforeApply(() -> {
            throw new StackOverflowError();
        });

        Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

        assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(report.failureIfAny().orElseThrow().message()).contains("java.lang.StackOverflowError");
    }

    @Nested
    class An_update {

        @Test
        void of_the_same_specification_makes_no_revision() {
            done(launchpad.submit(request("Explains"), Secrets.none()));

            Report report = done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(report.revision()).isEqualTo(1);
            assertThat(agent().releases()).hasSize(1);
        }

        @Test
        void keeps_a_setting_that_its_policy_would_let_be_missing() {
            String plugin = "@elizaos/plugin-ollama";
            String setting = "OLLAMA_API_ENDPOINT";
            AgentSpec.Builder spec = AgentSpec.named("ada").bio("Explains").plugin(plugin);
            LaunchPolicy policy = LaunchPolicy.standard().waive(setting);

            done(launchpad.submit(LaunchRequest.of(spec.build()).policy(policy), Secrets.none()));

            assertThat(running().spec().waived()).containsEntry(plugin, Set.of(setting));

            AgentSpec set =
                    spec.setting(plugin, setting, "http://ollama:11434/api").build();
            done(launchpad.submit(LaunchRequest.of(set).policy(policy), Secrets.none()));

            assertThat(running().spec()).isEqualTo(set);
            assertThat(running().spec().toJson()).contains("http://ollama:11434/api");
        }

        @Test
        void that_does_not_become_healthy_restores_the_last_healthy_release() {
            done(launchpad.submit(request("Explains"), Secrets.none()));
            platform.doomedWhen(release -> release.revision() == 2);

            Report report = done(launchpad.submit(request("Explains better"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(report.revision()).isEqualTo(1);
            assertThat(platform.running(agent().id()).orElseThrow().revision()).isEqualTo(1);
            assertThat(agent().state().status())
                    .as("a healthy agent stays deployed")
                    .isEqualTo(AgentStatus.DEPLOYED);
            assertThat(agent().spec().personality().bio()).containsExactly("Explains");
            assertThat(agent().releases()).extracting(Release::revision).containsExactly(1);
        }

        @Test
        void that_the_platform_refuses_without_a_change_is_rejected_and_leaves_no_trace() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            platform.beforeApply(() -> {
                throw new PreflightException("QUOTA_EXCEEDED", "A pod was tried, and refused.", "ask for less.", null);
            });

            Report report = done(launchpad.submit(request("Explains better"), Secrets.of("A", "2")));

            assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(report.revision()).isEqualTo(1);
            assertThat(report.failureIfAny().orElseThrow().code()).isEqualTo("QUOTA_EXCEEDED");
            assertThat(platform.calls()).as("nothing to take back").containsExactly("apply 1", "accepted 1");
            assertThat(agent().releases()).extracting(Release::revision).containsExactly(1);
            assertThat(platform.secretVersions()).isEqualTo(1);
            platform.beforeApply(() -> {});
            assertThat(done(launchpad.submit(request("Explains better"), Secrets.none()))
                            .revision())
                    .isEqualTo(2);
        }

        @Test
        void that_fails_before_the_platform_asked_the_fence_is_rejected() {
            done(launchpad.submit(request("Explains"), Secrets.none()));
            platform.beforeFence(() -> {
                throw new ConflictException("Somebody else has an object of that name.", "rename it.");
            });

            Report report = done(launchpad.submit(request("Explains better"), Secrets.none()));

            assertThat(report.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1");
        }

        @Test
        void without_a_secret_keeps_its_value() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1").and("B", "2")));
            done(launchpad.submit(request("Explains better"), Secrets.of("B", "3")));

            Release serving = agent().releases().get(0);
            Secrets now = platform.secrets().reveal(agent().id(), String.valueOf(serving.secretVersion()));
            assertThat(now).isEqualTo(Secrets.of("A", "1").and("B", "3"));
        }

        @Test
        void with_the_values_that_it_has_stores_none_and_makes_no_release() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            platform.afterPut(() -> fail("Nothing is to be stored"));

            assertThat(done(launchpad.submit(request("Explains"), Secrets.of("A", "1")))
                            .revision())
                    .isEqualTo(1);
        }

        @Test
        void that_wants_the_agent_absent_is_refused() {
            done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThatThrownBy(() -> launchpad.submit(request("Explains").ifAbsent(), Secrets.none()))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("exists already");
        }

        @Test
        void with_the_same_idempotency_key_is_the_first_operation() {
            Operation first = launchpad.submit(request("Explains").idempotencyKey("k"), Secrets.none());
            Operation second = launchpad.submit(request("Other words").idempotencyKey("k"), Secrets.none());
            done(first);

            assertThat(second.id()).isEqualTo(first.id());
            assertThat(launchpad
                            .submit(request("Explains").idempotencyKey("k"), Secrets.none())
                            .id())
                    .isEqualTo(first.id());
        }
    }

    @Nested
    class A_superseding_launch {

        @Test
        void ends_the_launches_that_wait_and_keeps_their_secrets() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            Operation older = launchpad.submit(request("Explains better"), Secrets.of("B", "2"));
            Operation newer = launchpad.submit(superseding("Explains best"), Secrets.of("C", "3"));

            Report end = older.report().orElseThrow();
            assertThat(end.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(end.failureIfAny().orElseThrow().code()).isEqualTo("SUPERSEDED_BY_NEWER");
            assertThat(end.revision()).as("what served goes on").isEqualTo(1);
            assertThat(older.completion()).isCompleted();

            assertThat(done(newer).revision()).isEqualTo(2);
            assertThat(running().spec().personality().bio()).containsExactly("Explains best");
            Release serving = agent().releases().get(0);
            assertThat(platform.secrets().reveal(agent().id(), String.valueOf(serving.secretVersion())))
                    .isEqualTo(Secrets.of("A", "1").and("B", "2").and("C", "3"));
            assertThat(platform.secretVersions())
                    .as("the ended launch leaves no values behind")
                    .isEqualTo(2);
        }

        @Test
        void is_accepted_though_the_platform_cannot_forget_the_secrets_of_the_one_before() {
            launchpad.submit(request("Explains"), Secrets.of("A", "1"));
            platform.beforeForget(() -> {
                throw new NoSuchMethodError("planted");
            });

            Operation newer = launchpad.submit(superseding("Explains best"), Secrets.of("B", "2"));

            assertThat(done(newer).succeeded()).isTrue();
        }

        @Test
        void leaves_alone_what_has_begun_and_what_is_no_launch() {
            done(launchpad.submit(request("Explains"), Secrets.none()));
            Operation restart = agent().restart();
            AtomicReference<Operation> newer = new AtomicReference<>();
            Operation begun = launchpad.submit(request("Explains better"), Secrets.none());
            artifacts.beforeBuild(() -> {
                artifacts.beforeBuild(() -> {});
                newer.set(launchpad.submit(superseding("Explains best"), Secrets.none()));
            });
            manual.runAll();

            assertThat(restart.report().orElseThrow().succeeded()).isTrue();
            assertThat(begun.report().orElseThrow().succeeded()).isTrue();
            assertThat(newer.get().report().orElseThrow().succeeded()).isTrue();
            assertThat(running().spec().personality().bio()).containsExactly("Explains best");
        }
    }

    @Nested
    class Quotas_refuse {

        @Test
        void what_the_queue_cannot_take_and_store_nothing_of_it() {
            ManualLaunchpad small = with(Quotas.standard().open(2));
            submit(small, "one", Owner.LOCAL);
            submit(small, "two", Owner.LOCAL);

            assertThatThrownBy(() ->
                            small.launchpad().submit(LaunchRequest.of(spec("three", "256Mi")), Secrets.of("A", "1")))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("2 operations are open, 2 are allowed")
                    .extracting(e -> ((ConflictException) e).code())
                    .isEqualTo("QUEUE_FULL");
            assertThat(platform.secretVersions()).isZero();
            assertThat(small.launchpad().fleet().all()).hasSize(2);

            small.runAll();
            submit(small, "three", Owner.LOCAL);
        }

        @Test
        void what_an_owner_may_not_have_and_let_others_through() {
            Owner anna = Owner.of("anna");
            ManualLaunchpad small =
                    with(Quotas.standard().agentsByOwner(2).memoryByOwner("1Gi").openByOwner(3));
            submit(small, "one", anna);
            assertThatThrownBy(() -> small.launchpad()
                            .submit(LaunchRequest.of(spec("big", "900Mi")).ownedBy(anna), Secrets.none()))
                    .hasMessageContaining("of memory with this agent");
            submit(small, "two", anna);
            assertThatThrownBy(() -> submit(small, "three", anna)).hasMessageContaining("Owner anna has 2 agents");
            submit(small, "one", Owner.of("ben"));

            submit(small, "one", anna); // an update of what is there
            assertThatThrownBy(() -> submit(small, "one", anna)).hasMessageContaining("3 open operations");
            small.runAll();
            small.launchpad().fleet(anna).find("two").orElseThrow().delete();
            small.runAll();
            submit(small, "three", anna);
        }

        @Test
        void what_an_owner_would_have_once_everything_that_waits_is_done() {
            Owner anna = Owner.of("anna");
            ManualLaunchpad small = with(Quotas.standard().memoryByOwner("1Gi"));
            submit(small, "one", anna);
            submit(small, "two", anna);
            small.runAll();
            LaunchRequest larger = LaunchRequest.of(spec("one", "700Mi")).ownedBy(anna);
            Operation first = small.launchpad().submit(larger, Secrets.none());

            assertThatThrownBy(() -> small.launchpad()
                            .submit(LaunchRequest.of(spec("two", "700Mi")).ownedBy(anna), Secrets.none()))
                    .hasMessageContaining("1400Mi of memory with this agent");

            first.cancel();
            small.runAll();
            small.launchpad().submit(LaunchRequest.of(spec("two", "700Mi")).ownedBy(anna), Secrets.none());
        }

        @Test
        void copies_of_the_size_that_waits() {
            Owner anna = Owner.of("anna");
            ManualLaunchpad small = with(Quotas.standard().memoryByOwner("2Gi"));
            submit(small, "one", anna);
            submit(small, "two", anna);
            small.runAll();
            small.launchpad().submit(LaunchRequest.of(spec("one", "800Mi")).ownedBy(anna), Secrets.none());
            Agent one = small.launchpad().fleet(anna).find("one").orElseThrow();

            assertThatThrownBy(() -> one.scale(3)).hasMessageContaining("2656Mi of memory with this agent");

            one.scale(2);
            assertThatThrownBy(() -> small.launchpad()
                            .submit(LaunchRequest.of(spec("two", "600Mi")).ownedBy(anna), Secrets.none()))
                    .hasMessageContaining("2200Mi of memory with this agent");
        }

        private void submit(ManualLaunchpad to, String name, Owner owner) {
            to.launchpad().submit(LaunchRequest.of(spec(name, "256Mi")).ownedBy(owner), Secrets.none());
        }

        private AgentSpec spec(String name, String memory) {
            return AgentSpec.named(name).bio("Explains").memory(memory).build();
        }

        private ManualLaunchpad with(Quotas quotas) {
            return ManualLaunchpad.with(builder -> builder.store(store())
                    .quotas(quotas)
                    .platform("test", platform)
                    .artifacts(artifacts));
        }
    }

    @Test
    void who_asked_for_what_is_in_the_audit_cancellations_too() {
        Store audited = store();
        ManualLaunchpad own = ManualLaunchpad.with(
                builder -> builder.store(audited).platform("test", platform).artifacts(artifacts));
        Operation operation = own.launchpad().submit(request("Explains"), Secrets.none());
        operation.cancel();
        operation.cancel();

        assertThat(audited.<List<AuditEntry>>read(tables -> tables.audit().list(Owner.LOCAL, null, 10)))
                .extracting(entry -> entry.row().action())
                .containsExactly("CANCEL", "LAUNCH");
    }

    @Nested
    class Changes_are_releases_too {

        @Test
        void stop_start_restart_scale_and_rollback() {
            done(launchpad.submit(request("Explains"), Secrets.none()));

            assertThat(done(agent().stop()).succeeded()).isTrue();
            assertThat(agent().state().status()).isEqualTo(AgentStatus.STOPPED);
            assertThat(running().run().stopped()).isTrue();

            assertThat(done(agent().start()).succeeded()).isTrue();
            assertThat(running().run().replicas()).isEqualTo(1);

            int before = running().run().generation();
            assertThat(done(agent().restart()).succeeded()).isTrue();
            assertThat(running().run().generation()).isEqualTo(before + 1);

            done(launchpad.submit(request("Explains better"), Secrets.none()));
            assertThat(done(agent().rollback()).succeeded()).isTrue();
            assertThat(running().spec().personality().bio()).containsExactly("Explains");

            assertThat(done(agent().rollback(99)).outcome()).isEqualTo(Outcome.REJECTED);
        }

        @Test
        void delete_forgets_everything() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            Operation delete = agent().delete();

            assertThat(done(delete).outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(launchpad.fleet().all()).isEmpty();
            assertThat(platform.secretVersions()).isZero();
            assertThat(platform.running(delete.agentId())).isEmpty();
        }
    }

    @Test
    void a_launch_that_waits_behind_a_delete_begins_anew() {
        done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
        Operation delete = agent().delete();
        Operation launch = launchpad.submit(request("Explains better"), Secrets.none());
        manual.runAll();

        assertThat(delete.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(launch.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(agent().releases()).hasSize(1);
    }

    @Test
    void what_waits_behind_a_delete_and_is_no_launch_ends_with_the_agent() {
        launch("Explains");
        List<AgentEvent> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        launchpad.listen(heard::add);
        Operation delete = agent().delete();
        Operation restart = agent().restart();

        assertThat(done(delete).outcome()).isEqualTo(Outcome.SUCCEEDED);

        Report ended = restart.await(Duration.ofSeconds(1));
        assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(ended.failureIfAny().orElseThrow().code()).isEqualTo("AGENT_DELETED");
        assertThat(launchpad.fleet().all()).isEmpty();
        assertThat(launchpad.openOperations(10)).isEmpty();
        assertThat(heard)
                .as("the agent's last event is the delete's")
                .filteredOn(event -> event.type() == EventType.OPERATION_SETTLED)
                .extracting(AgentEvent::operationId)
                .containsExactly(restart.id(), delete.id());
    }

    @Test
    void two_deletes_of_one_agent_both_succeed() {
        launch("Explains");
        Operation first = agent().delete();
        Operation second = agent().delete();

        manual.runOne();
        assertThat(first.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(done(second).outcome()).isEqualTo(Outcome.SUCCEEDED);

        assertThat(launchpad.fleet().all()).isEmpty();
    }

    /** Values are stored before the launch that names them: others must not forget them in between. */
    @Nested
    class A_launch_keeps_its_secrets_though {

        @Test
        void a_delete_is_under_way_when_it_is_submitted() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            AtomicReference<Operation> launch = new AtomicReference<>();
            platform.whileDeleting(
                    () -> launch.set(launchpad.submit(request("Explains better"), Secrets.of("A", "1"))));
            assertThat(done(agent().delete()).outcome()).isEqualTo(Outcome.SUCCEEDED);

            assertSucceededWith(launch.get(), Secrets.of("A", "1"));
        }

        @Test
        void a_first_launch_is_being_taken_back_when_it_is_submitted() {
            platform.doomedWhen(release -> release.spec().personality().bio().contains("Explains"));
            AtomicReference<Operation> launch = new AtomicReference<>();
            platform.whileDeleting(
                    () -> launch.set(launchpad.submit(request("Explains better"), Secrets.of("A", "1"))));
            assertThat(done(launchpad.submit(request("Explains"), Secrets.of("A", "1")))
                            .outcome())
                    .isEqualTo(Outcome.ROLLED_BACK);

            assertSucceededWith(launch.get(), Secrets.of("A", "1"));
        }

        @Test
        void a_delete_begins_and_ends_between_its_secrets_and_its_row() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            agent().delete();
            platform.afterPut(manual::runAll);

            assertSucceededWith(
                    launchpad.submit(request("Explains better"), Secrets.of("A", "2")), Secrets.of("A", "2"));
        }

        @Test
        void a_delete_begins_and_ends_after_it_saw_that_it_has_them() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            agent().delete();
            platform.afterReveal(manual::runAll);

            assertSucceededWith(
                    launchpad.submit(request("Explains better"), Secrets.of("A", "1")), Secrets.of("A", "1"));
        }

        @Test
        void another_one_brings_others_in_between() {
            done(launchpad.submit(request("Explains"), Secrets.of("A", "1")));
            platform.afterPut(() -> launchpad.submit(request("Explains better"), Secrets.of("B", "2")));

            assertSucceededWith(
                    launchpad.submit(request("Explains best"), Secrets.of("C", "3")),
                    Secrets.of("A", "1").and("B", "2").and("C", "3"));
        }

        @Test
        void one_with_the_same_values_is_rejected_in_between() {
            done(launchpad.submit(request("Explains"), Secrets.none()));
            artifacts.beforeBuild(() -> {
                artifacts.beforeBuild(() -> {});
                throw new BuildException("No space.", "make room.");
            });
            launchpad.submit(request("Explains better"), Secrets.of("A", "1"));
            platform.afterReveal(manual::runAll);

            assertSucceededWith(
                    launchpad.submit(request("Explains better"), Secrets.of("A", "1")), Secrets.of("A", "1"));
        }

        @Test
        void one_with_the_same_values_is_superseded_in_between() {
            launchpad.submit(request("Explains"), Secrets.of("A", "1"));
            platform.afterReveal(() -> launchpad.submit(superseding("Explains best"), Secrets.of("A", "2")));

            assertSucceededWith(
                    launchpad.submit(request("Explains better"), Secrets.of("A", "1")), Secrets.of("A", "1"));
        }

        private void assertSucceededWith(Operation launch, Secrets secrets) {
            Report report = done(launch);
            assertThat(report.failureIfAny()).isEmpty();
            Release serving = agent().releases().get(0);
            assertThat(platform.secrets().reveal(launch.agentId(), String.valueOf(serving.secretVersion())))
                    .isEqualTo(secrets);
            assertThat(platform.secretVersions())
                    .as("no other values are left than those of releases")
                    .isEqualTo((int) agent().releases().stream()
                            .filter(release -> release.secretVersion() != null)
                            .count());
        }
    }

    @Nested
    class Cancelling {

        @Test
        void a_queued_operation_ends_it_without_a_change() {
            Operation operation = launchpad.submit(request("Explains"), Secrets.none());

            assertThat(operation.cancel()).isTrue();

            assertThat(done(operation).outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(platform.calls()).isEmpty();
        }

        @Test
        void a_queued_delete_leaves_the_agent_as_it_is() {
            launch("Explains");
            Operation delete = agent().delete();

            assertThat(delete.cancel()).isTrue();

            assertThat(done(delete).outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1");
            assertThat(agent().state().status()).isEqualTo(AgentStatus.DEPLOYED);
        }

        @Test
        void a_delete_that_has_begun_lets_it_go_on_to_its_end() {
            launch("Explains");
            Operation delete = agent().delete();
            platform.whileDeleting(() -> {
                delete.cancel();
                throw new UnreachableException("The API server did not answer.", "check the network.");
            });

            manual.runAll();
            assertThat(delete.report()).as("tried again").isEmpty();
            manual.clock().advance(Duration.ofSeconds(2));

            assertThat(done(delete).outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(launchpad.fleet().all()).isEmpty();
        }

        @Test
        void after_deploy_takes_back_first() {
            Operation operation = launchpad.submit(request("Explains"), Secrets.none());
            platform.healthyWhen(release -> {
                operation.cancel();
                return false;
            });

            assertThat(done(operation).outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(platform.calls()).containsExactly("apply 1", "delete");
            assertThat(operation.cancel())
                    .as("a settled operation cannot be cancelled")
                    .isFalse();
        }
    }

    @Test
    void an_operation_is_due_at_once_for_a_worker_whose_clock_stands_behind() {
        Store shared = store();
        MovableClock ahead = new MovableClock(manual.clock().instant().plus(Duration.ofMinutes(1)));
        try (ManualLaunchpad submitting = ManualLaunchpad.with(
                        ahead,
                        "ahead",
                        builder ->
                                builder.store(shared).platform("test", platform).artifacts(artifacts));
                ManualLaunchpad working = ManualLaunchpad.with(
                        manual.clock(),
                        "behind",
                        builder ->
                                builder.store(shared).platform("test", platform).artifacts(artifacts))) {
            Operation operation = submitting.launchpad().submit(request("Explains"), Secrets.none());

            working.runAll();

            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        }
    }

    @Nested
    class Retries {

        @Test
        void an_unreachable_system_is_tried_again_after_a_pause() {
            var left = new AtomicInteger(2);
            artifacts.beforeBuild(() -> {
                if (left.getAndDecrement() > 0) {
                    throw new UnreachableException("The registry did not answer.", "check the network.");
                }
            });
            Operation operation = launchpad.submit(request("Explains"), Secrets.none());

            manual.runAll();
            assertThat(operation.report()).isEmpty();
            manual.clock().advance(Duration.ofSeconds(2));
            manual.runAll();
            assertThat(operation.report()).isEmpty();
            manual.clock().advance(Duration.ofSeconds(4));

            assertThat(done(operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
        }

        @Test
        void a_platform_that_did_not_answer_is_tried_again_too() {
            platform.beforeFence(() -> {
                platform.beforeFence(() -> {});
                throw new UnreachableException("The API server did not answer.", "check the network.");
            });
            Operation operation = launchpad.submit(request("Explains"), Secrets.none());

            manual.runAll();
            assertThat(operation.report()).isEmpty();
            manual.clock().advance(Duration.ofSeconds(2));

            assertThat(done(operation).revision()).isEqualTo(1);
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1");
        }

        @Test
        void but_not_for_ever() {
            artifacts.beforeBuild(() -> {
                throw new UnreachableException("The registry did not answer.", "check the network.");
            });
            Operation operation = launchpad.submit(request("Explains"), Secrets.none());

            for (int i = 0; i < 3; i++) {
                manual.runAll();
                manual.clock().advance(Duration.ofMinutes(1));
            }

            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(operation
                            .report()
                            .orElseThrow()
                            .failureIfAny()
                            .orElseThrow()
                            .code())
                    .isEqualTo("UNREACHABLE");
        }
    }

    @Nested
    class A_take_back {

        private Operation update;

        /** An update that is doomed; when it is being taken back, this happens. */
        private void meets(Runnable event) {
            launch("Explains");
            platform.doomedWhen(release -> release.revision() == 2);
            platform.beforeApply(() -> platform.beforeApply(() -> {
                platform.beforeApply(() -> {});
                event.run();
            }));
            update = launchpad.submit(request("Explains more"), Secrets.none());
            manual.runOne();
        }

        @Test
        void whose_worker_is_closed_is_finished_by_another() {
            meets(() -> launchpad.engine().worker().drain(Duration.ZERO));

            assertThat(update.report()).isEmpty();
            assertThat(done(update).outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1", "apply 2", "apply 1", "accepted 1");
        }

        @Test
        void whose_worker_is_closed_is_finished_by_another_whatever_the_platform_makes_of_that() {
            meets(() -> {
                launchpad.engine().worker().drain(Duration.ZERO);
                throw new IllegalStateException("interrupted, in the platform's own words");
            });

            assertThat(update.report()).isEmpty();
            assertThat(done(update).outcome()).isEqualTo(Outcome.ROLLED_BACK);
        }

        @Test
        void that_the_store_does_not_answer_is_finished_once_it_does() {
            meets(() -> {
                throw new StoreException("The database did not answer.", "start it.");
            });

            assertThat(update.report()).isEmpty();
            manual.clock().advance(Duration.ofSeconds(31));

            assertThat(done(update).outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(platform.calls()).endsWith("apply 1", "accepted 1");
        }

        @Test
        void that_meets_an_exception_of_a_foreign_kind_says_what_is_left() {
            meets(() -> {
                throw new IllegalStateException("planted");
            });

            Report report = update.report().orElseThrow();
            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.left()).singleElement().asString().contains("java.lang.IllegalStateException");
        }

        @Test
        void that_the_store_never_answers_ends_at_last() {
            launch("Explains");
            platform.doomedWhen(release -> release.revision() == 2);
            platform.beforeApply(() -> platform.beforeApply(() -> {
                throw new StoreException("The database did not answer.", "start it.");
            }));
            update = launchpad.submit(request("Explains more"), Secrets.none());

            for (int i = 0; i < 6; i++) {
                manual.runOne();
                manual.clock().advance(Duration.ofSeconds(31));
            }

            assertThat(update.report().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void a_launch_that_closed_workers_gave_back_is_not_one_that_was_tried_too_often() {
        Operation operation = launchpad.submit(request("Explains"), Secrets.none());
        for (int i = 0; i < 5; i++) {
            artifacts.beforeBuild(() -> launchpad.engine().worker().drain(Duration.ZERO));
            manual.runOne();
            assertThat(operation.report()).isEmpty();
        }
        artifacts.beforeBuild(() -> {});

        assertThat(done(operation).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Nested
    class A_worker_that_dies {

        private final Store store = store();

        @Test
        void while_it_verifies_leaves_a_launch_that_another_deploys_again_and_finishes() {
            ManualLaunchpad first = worker("first");
            ManualLaunchpad second = worker("second");
            Operation operation = first.launchpad().submit(request("Explains"), Secrets.none());
            platform.healthyWhen(release -> {
                throw died();
            });
            first.runOne();
            assertThat(operation.report()).isEmpty();
            platform.healthyWhen(release -> true);

            assertThat(second.runOne()).as("the lease still holds").isFalse();
            second.clock().advance(Duration.ofSeconds(31));
            second.runAll();

            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(platform.calls()).containsExactly("apply 1", "apply 1", "accepted 1");
            assertThat(second.launchpad().fleet().find("ada").orElseThrow().events(1))
                    .extracting(AgentEvent::type)
                    .contains(EventType.OPERATION_RESUMED);
        }

        @Test
        void may_have_changed_something_so_that_a_later_refusal_is_taken_back() {
            ManualLaunchpad first = worker("first");
            ManualLaunchpad second = worker("second");
            Operation operation = first.launchpad().submit(request("Explains"), Secrets.none());
            platform.beforeApply(() -> {
                throw died();
            });
            first.runOne();
            assertThat(operation.report()).isEmpty();
            platform.beforeApply(() -> {
                throw new PreflightException("Refused.", "ask for less.");
            });
            second.clock().advance(Duration.ofSeconds(31));

            second.runAll();

            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(platform.calls()).containsExactly("delete");
        }

        @Test
        void and_comes_back_changes_nothing_more() {
            ManualLaunchpad first = worker("first");
            ManualLaunchpad second = worker("second");
            Operation operation = first.launchpad().submit(request("Explains"), Secrets.none());
            platform.beforeApply(() -> {
                platform.beforeApply(() -> {});
                second.clock().advance(Duration.ofSeconds(31));
                second.runAll();
            });

            first.runAll();

            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
            // The paused worker was inside its one request when its lease ended; after it, it changes nothing.
            assertThat(platform.calls()).containsExactly("apply 1", "accepted 1", "apply 1");
        }

        private ManualLaunchpad worker(String name) {
            return ManualLaunchpad.with(
                    manual.clock(),
                    name,
                    builder -> builder.store(store).platform("test", platform).artifacts(artifacts));
        }

        /** Nothing of the pipeline is written behind it, as behind a process's end. */
        private static StoreException died() {
            return new StoreException("The worker died.", "let another go on.");
        }
    }

    @Test
    void events_are_numbered_without_a_gap_and_heard_after_they_are_stored() {
        List<AgentEvent> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        launchpad.listen(event -> {
            assertThat(launchpad.events(event.agentId(), event.sequence())).contains(event);
            heard.add(event);
        });

        done(launchpad.submit(request("Explains"), Secrets.none()));

        List<AgentEvent> stored = agent().events(1);
        assertThat(stored).isEqualTo(heard);
        assertThat(stored)
                .extracting(AgentEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, stored.size()).boxed().toList());
        assertThat(stored).extracting(AgentEvent::type).startsWith(EventType.OPERATION_QUEUED);
        assertThat(stored).extracting(AgentEvent::type).endsWith(EventType.OPERATION_SETTLED);
    }

    @Test
    void a_listener_of_another_version_breaks_nothing() {
        launchpad.listen(event -> {
            throw new NoClassDefFoundError("listener");
        });

        assertThat(done(launchpad.submit(request("Explains"), Secrets.none())).succeeded())
                .isTrue();
    }

    @Test
    void a_listener_that_throws_breaks_nothing() {
        launchpad.listen(event -> {
            throw new IllegalStateException("listener");
        });

        assertThat(done(launchpad.submit(request("Explains"), Secrets.none())).succeeded())
                .isTrue();
    }

    @Test
    void owners_see_only_their_own_agents() {
        done(launchpad.submit(request("Explains").ownedBy(Owner.of("a")), Secrets.none()));
        done(launchpad.submit(request("Explains").ownedBy(Owner.of("b")), Secrets.none()));

        assertThat(launchpad.fleet(Owner.of("a")).all()).hasSize(1);
        assertThat(launchpad.fleet().all()).hasSize(2);
        Fleet theirs = launchpad.fleet(Owner.of("a"));
        assertThat(theirs.operations(null, 10))
                .hasSize(1)
                .allMatch(op ->
                        op.agentId().equals(theirs.find("ada").orElseThrow().id()));
        assertThat(theirs.operations(theirs.operations(null, 10).get(0).id(), 10))
                .isEmpty();
        assertThat(theirs.audit(null, 10))
                .extracting(entry -> entry.row().owner())
                .containsExactly(Owner.of("a"));
        assertThat(launchpad.fleet().operations(null, 10)).hasSize(2);
    }

    @Test
    void an_agent_answers() {
        done(launchpad.submit(request("Explains"), Secrets.none()));

        assertThat(agent().chat("Hello").text()).isEqualTo("Hello yourself");
    }

    @Test
    void an_agent_that_moved_answers_from_where_it_lives_now() {
        FakePlatform other = new FakePlatform()
                .answering(request -> request.path().endsWith("/messages")
                        ? "{\"agentResponse\":{\"text\":\"Hello from there\"}}"
                        : null);
        try (ManualLaunchpad both = ManualLaunchpad.with(builder ->
                builder.platform("eu", platform).platform("us", other).artifacts(artifacts))) {
            both.launchpad().submit(request("Explains").on("eu"), Secrets.none());
            both.runAll();
            Agent ada = both.launchpad().fleet().find("ada").orElseThrow();
            assertThat(ada.chat("Hello").text()).isEqualTo("Hello yourself");
            ada.delete();
            both.runAll();
            both.launchpad().submit(request("Explains").on("us"), Secrets.none());
            both.runAll();

            assertThat(ada.chat("Hello").text()).isEqualTo("Hello from there");
        }
    }

    @Test
    void whoever_waits_hears_that_it_was_closed() {
        Operation operation = launchpad.submit(request("Explains"), Secrets.none());
        var end = operation.completion().toCompletableFuture();

        launchpad.close();

        assertThat(end).isCompletedExceptionally();
        assertThatThrownBy(() -> operation.await(Duration.ofSeconds(5)))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void a_platform_that_fails_to_close_keeps_nothing_else_open() {
        AtomicInteger closed = new AtomicInteger();
        Doorbell bell = new Doorbell() {
            @Override
            public void ring() {}

            @Override
            public void await(Duration atMost) {}

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        FakePlatform broken = new FakePlatform().whileClosing(() -> {
            throw new NoSuchMethodError("planted");
        });
        ManualLaunchpad.with(builder ->
                        builder.platform("test", broken).artifacts(artifacts).doorbell(bell))
                .close();

        assertThat(closed).hasValue(1);
    }

    @Test
    void what_was_settled_before_the_close_has_its_report_afterwards_too() {
        Operation operation = launchpad.submit(request("Explains"), Secrets.none());
        manual.runAll();

        launchpad.close();

        assertThat(operation.await(Duration.ofSeconds(5)).succeeded()).isTrue();
        assertThat(operation.completion().toCompletableFuture()).isCompleted();
    }

    private Release running() {
        return platform.running(agent().id()).orElseThrow();
    }

    private Agent agent() {
        return launchpad.fleet().find("ada").orElseThrow();
    }

    private void launch(String bio) {
        assertThat(done(launchpad.submit(request(bio), Secrets.none())).succeeded())
                .isTrue();
    }

    private Report done(Operation operation) {
        manual.runAll();
        return operation.report().orElseThrow();
    }

    private static LaunchRequest superseding(String bio) {
        return request(bio).policy(LaunchPolicy.standard().superseding());
    }

    private static LaunchRequest request(String bio) {
        return LaunchRequest.of(AgentSpec.named("ada").bio(bio).build());
    }
}
