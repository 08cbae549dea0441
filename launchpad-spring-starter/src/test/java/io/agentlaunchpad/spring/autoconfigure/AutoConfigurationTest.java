package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.local.LocalPlatform;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.notify.LogNotifier;
import io.agentlaunchpad.notify.SlackNotifier;
import io.agentlaunchpad.notify.WebhookNotifier;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.OutboxRow;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.actuate.LaunchpadHealthIndicator;
import io.agentlaunchpad.spring.actuate.LaunchpadMetrics;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.MemoryApiKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;

@ExtendWith(OutputCaptureExtension.class)
class AutoConfigurationTest {

    @TempDir
    private Path home;

    private ApplicationContextRunner app;

    @BeforeEach
    void anApplicationWithTheStarter() {
        app = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadBuildAutoConfiguration.class,
                        LaunchpadNotificationsAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class))
                .withPropertyValues("launchpad.home=" + home);
    }

    @Test
    void without_any_property_it_starts_in_the_users_home_and_says_so_once(CapturedOutput output) {
        String before = System.setProperty("user.home", home.toString());
        try {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(
                            LaunchpadAutoConfiguration.class,
                            LaunchpadBuildAutoConfiguration.class,
                            LaunchpadNotificationsAutoConfiguration.class,
                            LaunchpadStoreAutoConfiguration.class))
                    .run(context -> {
                        assertThat(context).hasNotFailed().hasSingleBean(Launchpad.class);
                        assertThat(context.getBean(Launchpad.class).fleet().all())
                                .isEmpty();
                    });
        } finally {
            System.setProperty("user.home", before);
        }
        assertThat(home.resolve(".launchpad/store")).isDirectory();
        assertThat(output.getAll())
                .containsOnlyOnce("Launchpad runs agents as processes of this machine; its home is " + home
                        + "/.launchpad (the default; launchpad.home sets another).");
    }

    @Test
    void without_policy_and_limit_properties_the_cores_own_defaults_hold() {
        app.run(context -> {
            assertThat(context.getBean(LaunchPolicy.class)).isEqualTo(LaunchPolicy.standard());
            assertThat(context.getBean(PluginCatalog.class)).isSameAs(PluginCatalog.shipped());
            AgentSpec most =
                    AgentSpec.named("most").bio("x").memory("8Gi").cpu("4").build();
            assertThat(context.getBean(LimitPolicy.class).check(most)).isEmpty();
            assertThat(context.getBean(LimitPolicy.class).check(spec("8193Mi", "4")))
                    .hasSize(1);
            assertThat(context.getBean(LimitPolicy.class).check(spec("8Gi", "4001m")))
                    .hasSize(1);
        });
    }

    private static AgentSpec spec(String memory, String cpu) {
        return AgentSpec.named("more").bio("x").memory(memory).cpu(cpu).build();
    }

    @Test
    void every_policy_property_arrives_in_the_policy() {
        app.withPropertyValues(
                        "launchpad.policy.fail-on=high",
                        "launchpad.policy.healthy-within=7m",
                        "launchpad.policy.build-within=20m",
                        "launchpad.policy.take-back-within=90s",
                        "launchpad.policy.waive=A_KEY,B_KEY",
                        "launchpad.policy.superseding=true",
                        "launchpad.policy.scan.ignoring-unfixed=true",
                        "launchpad.policy.scan.allowing-unscanned=true",
                        "launchpad.policy.scan.waive[0].id=CVE-2024-1",
                        "launchpad.policy.scan.waive[0].reason=not reachable",
                        "launchpad.policy.scan.waive[0].until=2027-01-31",
                        "launchpad.policy.health.stable-for=10s",
                        "launchpad.policy.health.replies=true")
                .run(context -> {
                    LaunchPolicy policy = context.getBean(LaunchPolicy.class);
                    assertThat(policy.scan().failOn()).isEqualTo(Severity.HIGH);
                    assertThat(policy.scan().ignoreUnfixed()).isTrue();
                    assertThat(policy.scan().allowUnscanned()).isTrue();
                    assertThat(policy.scan().waivers()).singleElement().satisfies(waiver -> {
                        assertThat(waiver.id()).isEqualTo("CVE-2024-1");
                        assertThat(waiver.until()).hasToString("2027-01-31");
                    });
                    assertThat(policy.health().healthyWithin()).isEqualTo(Duration.ofMinutes(7));
                    assertThat(policy.health().stableFor()).isEqualTo(Duration.ofSeconds(10));
                    assertThat(policy.health().mustReply()).isTrue();
                    assertThat(policy.buildWithin()).isEqualTo(Duration.ofMinutes(20));
                    assertThat(policy.takeBackWithin()).isEqualTo(Duration.ofSeconds(90));
                    assertThat(policy.supersedes()).isTrue();
                    assertThat(policy.waived()).containsExactly("A_KEY", "B_KEY");
                });
    }

    @Test
    void every_limit_property_arrives_in_the_limits_and_in_the_launchpad() {
        app.withPropertyValues(
                        "launchpad.limits.allow-plugins=@elizaos/plugin-openai",
                        "launchpad.limits.max-memory=256Mi",
                        "launchpad.limits.max-cpu=250m",
                        "launchpad.limits.max-replicas=1")
                .run(context -> {
                    AgentSpec spec = AgentSpec.named("greedy")
                            .bio("x")
                            .plugin("@elizaos/plugin-anthropic")
                            .memory("512Mi")
                            .cpu("500m")
                            .replicas(2)
                            .database(io.agentlaunchpad.agent.Database.POSTGRESQL)
                            .build();
                    assertThat(context.getBean(LimitPolicy.class).check(spec))
                            .extracting(problem -> problem.path())
                            .containsExactly(
                                    "$.selectedPlugins[0]",
                                    "$.resources.memory",
                                    "$.resources.cpu",
                                    "$.resources.replicas");
                    assertThat(context.getBean(Launchpad.class)
                                    .validate(LaunchRequest.of(spec), Secrets.none())
                                    .problems())
                            .extracting(problem -> problem.path())
                            .contains("$.resources.memory");
                });
    }

    @Test
    void every_quota_property_arrives_in_the_quotas_and_in_the_launchpad() {
        app.run(context -> assertThat(context.getBean(Quotas.class)).isEqualTo(Quotas.standard()));
        app.withPropertyValues(
                        "launchpad.workers=0",
                        "launchpad.store.kind=memory",
                        "launchpad.retention=90d",
                        "launchpad.quotas.open=1",
                        "launchpad.quotas.open-by-owner=2",
                        "launchpad.quotas.agents-by-owner=3",
                        "launchpad.quotas.cpu-by-owner=4",
                        "launchpad.quotas.memory-by-owner=5Gi")
                .run(context -> {
                    assertThat(context.getBean(Quotas.class)).isEqualTo(new Quotas(1, 2, 3, 4_000, 5L << 30));
                    Launchpad launchpad = context.getBean(Launchpad.class);
                    launchpad.submit(LaunchRequest.of(spec("1Gi", "1")), Secrets.none());
                    assertThatThrownBy(() -> launchpad.submit(LaunchRequest.of(spec("2Gi", "1")), Secrets.none()))
                            .isInstanceOf(LaunchpadException.class);
                });
        app.withPropertyValues("launchpad.retention=0s")
                .run(context -> assertThat(context).getFailure().rootCause().isInstanceOf(WiringException.class));
    }

    @Test
    void a_wrong_amount_is_refused_at_start_with_its_name() {
        app.withPropertyValues("launchpad.limits.max-memory=lots")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .cause()
                        .cause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("launchpad.limits")
                        .hasMessageContaining("lots"));
    }

    @Test
    void too_many_workers_are_refused_with_the_cores_own_fix() {
        app.withPropertyValues("launchpad.workers=5000").run(context -> {
            assertThat(context).hasFailed();
            var analysis = new LaunchpadFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).isEqualTo("workers(5000) is not possible. (WIRING_INCOMPLETE)");
            assertThat(analysis.getAction()).isEqualTo("choose 0 to 1000.");
        });
    }

    @Test
    void another_failure_is_left_to_other_analyzers() {
        assertThat(new LaunchpadFailureAnalyzer().analyze(new IllegalStateException("other")))
                .isNull();
    }

    @Test
    void records_go_into_files_below_home_unless_memory_is_asked_for() {
        app.run(context -> assertThat(home.resolve("store")).isDirectory());
        Path other = home.resolve("other");
        app.withPropertyValues("launchpad.home=" + other, "launchpad.store.kind=memory")
                .run(context -> {
                    assertThat(context).hasSingleBean(Store.class);
                    assertThat(other).doesNotExist();
                });
    }

    @Test
    void a_store_of_the_application_takes_the_place_of_ours() {
        Store mine = Stores.inMemory();
        app.withBean("mine", Store.class, () -> mine).run(context -> {
            assertThat(context.getBean(Store.class)).isSameAs(mine);
            assertThat(home.resolve("store")).doesNotExist();
        });
    }

    @Test
    void a_launchpad_of_the_application_takes_the_place_of_ours() {
        Launchpad mine =
                Launchpad.builder().home(home.resolve("mine")).workers(0).build();
        app.withBean("mine", Launchpad.class, () -> mine)
                .run(context -> assertThat(context.getBean(Launchpad.class)).isSameAs(mine));
    }

    @Test
    void a_platform_bean_replaces_the_local_one_under_its_bean_name(CapturedOutput output) {
        app.withBean("eu", Platform.class, () -> LocalPlatform.under(home))
                .withBean(
                        io.agentlaunchpad.spi.ArtifactBuilder.class,
                        () -> io.agentlaunchpad.local.ProjectDirectories.under(home))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(output).contains("Launchpad runs agents on [eu]");
                });
    }

    @Test
    void policy_limits_plugins_doorbell_and_listeners_may_be_beans() {
        CountingBell bell = new CountingBell();
        List<Object> heard = new CopyOnWriteArrayList<>();
        LaunchPolicy policy = LaunchPolicy.standard().healthyWithin(Duration.ofSeconds(9));
        LimitPolicy limits = LimitPolicy.standard().maxMemory("64Mi");
        app.withPropertyValues("launchpad.workers=0", "launchpad.store.kind=memory")
                .withBean("ourPolicy", LaunchPolicy.class, () -> policy)
                .withBean("ourLimits", LimitPolicy.class, () -> limits)
                .withBean("ourBell", Doorbell.class, () -> bell)
                .withBean("ourListener", LaunchpadListener.class, () -> heard::add)
                .run(context -> {
                    assertThat(context.getBean(LaunchPolicy.class)).isSameAs(policy);
                    assertThat(context.getBean(LimitPolicy.class)).isSameAs(limits);
                    Launchpad launchpad = context.getBean(Launchpad.class);
                    assertThat(launchpad
                                    .validate(LaunchRequest.of(spec("128Mi", "1")), Secrets.none())
                                    .problems())
                            .isNotEmpty();
                });
        app.withPropertyValues("launchpad.workers=0", "launchpad.store.kind=memory")
                .withBean("ourBell", Doorbell.class, () -> bell)
                .withBean("ourListener", LaunchpadListener.class, () -> heard::add)
                .run(context -> {
                    context.getBean(Launchpad.class).submit(LaunchRequest.of(spec("1Gi", "1")), Secrets.none());
                    assertThat(heard).hasSize(1);
                    assertThat(bell.rings).isPositive();
                });
    }

    @Test
    void customizers_have_the_last_word_in_their_order() {
        List<String> order = new CopyOnWriteArrayList<>();
        app.withPropertyValues("launchpad.limits.max-memory=64Mi")
                .withBean("second", LaunchpadCustomizer.class, () -> new Ordered(2, () -> order.add("second")))
                .withBean("first", LaunchpadCustomizer.class, () -> new Ordered(1, () -> order.add("first")))
                .withBean("limits", LaunchpadCustomizer.class, () -> builder -> builder.limits(LimitPolicy.standard()))
                .run(context -> {
                    assertThat(order).containsExactly("first", "second");
                    assertThat(context.getBean(Launchpad.class)
                                    .validate(LaunchRequest.of(spec("128Mi", "1")), Secrets.none())
                                    .problems())
                            .isEmpty();
                });
    }

    @Test
    void notices_go_to_spring_and_the_log_unless_it_is_switched_off() {
        app.run(context -> assertThat(context).hasBean("springEventNotifier").hasSingleBean(LogNotifier.class));
        app.withPropertyValues("launchpad.notifier.log.enabled=false")
                .run(context -> assertThat(context)
                        .hasBean("springEventNotifier")
                        .doesNotHaveBean(LogNotifier.class)
                        .doesNotHaveBean(SlackNotifier.class)
                        .doesNotHaveBean(WebhookNotifier.class));
    }

    @Test
    void a_notice_reaches_the_applications_event_listeners() {
        List<Notice> heard = new CopyOnWriteArrayList<>();
        Notice notice = new Notice(
                "n-1",
                Instant.parse("2026-11-22T10:00:00Z"),
                Owner.LOCAL,
                AgentId.of(Owner.LOCAL, "ada"),
                "ada",
                null,
                null,
                null,
                Notice.Level.INFO,
                "ada is healthy",
                "");
        app.withInitializer(context -> context.addApplicationListener(
                        ApplicationListener.forPayload((Notice published) -> heard.add(published))))
                .run(context -> {
                    context.getBean(Store.class).transact(tables -> {
                        tables.outbox().add(OutboxRow.of(notice, "spring-events"));
                        return null;
                    });
                    await().atMost(Duration.ofSeconds(30))
                            .untilAsserted(() -> assertThat(heard).containsExactly(notice));
                });
    }

    @Test
    void slack_and_webhook_come_with_their_addresses() {
        app.withPropertyValues(
                        "launchpad.notifier.slack.to=https://hooks.example/x",
                        "launchpad.notifier.webhook.to=https://ours.example/notices",
                        "launchpad.notifier.webhook.secret=0123456789abcdef")
                .run(context -> {
                    assertThat(context).hasSingleBean(SlackNotifier.class).hasSingleBean(WebhookNotifier.class);
                    assertThat(context.getBeansOfType(Notifier.class)).hasSize(4);
                    assertThat(context.getBean(NotifierProperties.class))
                            .asString()
                            .doesNotContain("0123456789abcdef", "hooks.example");
                });
    }

    @Test
    void a_webhook_without_a_secret_is_refused_with_the_property_to_set() {
        app.withPropertyValues("launchpad.notifier.webhook.to=https://ours.example/notices")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("launchpad.notifier.webhook.secret"));
    }

    @Test
    void images_are_built_and_scanned_only_where_a_property_asks() {
        app.run(context ->
                assertThat(context).doesNotHaveBean(JibImageBuilder.class).doesNotHaveBean(TrivyScanner.class));
        images().run(context ->
                assertThat(context).hasSingleBean(JibImageBuilder.class).hasSingleBean(TrivyScanner.class));
    }

    @Test
    void images_for_a_platform_that_runs_projects_are_refused_by_the_cores_own_check() {
        app.withPropertyValues("launchpad.artifacts.pushing-to=registry.example/agents")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("runs [PROJECT] artifacts"));
    }

    @Test
    void an_image_goes_to_a_registry_or_to_a_file_not_to_both() {
        images().withPropertyValues("launchpad.artifacts.to-tar=" + home)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("launchpad.artifacts.to-tar"));
    }

    @Test
    void without_the_build_module_the_rest_works() {
        app.withPropertyValues("launchpad.artifacts.pushing-to=registry.example/agents")
                .withClassLoader(new FilteredClassLoader("io.agentlaunchpad.build"))
                .run(context -> assertThat(context)
                        .hasSingleBean(Launchpad.class)
                        .doesNotHaveBean(LaunchpadBuildAutoConfiguration.class));
    }

    @Test
    void health_and_meters_come_with_the_applications_own_and_only_then() {
        ApplicationContextRunner watched =
                app.withConfiguration(AutoConfigurations.of(LaunchpadActuatorAutoConfiguration.class));
        watched.run(context -> assertThat(context)
                .hasSingleBean(LaunchpadHealthIndicator.class)
                .doesNotHaveBean(LaunchpadMetrics.class));
        watched.withPropertyValues("management.health.launchpad.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(LaunchpadHealthIndicator.class));
        watched.withClassLoader(new FilteredClassLoader("org.springframework.boot.health", "io.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Launchpad.class));
        watched.withPropertyValues("launchpad.workers=0", "launchpad.store.kind=memory")
                .withBean(SimpleMeterRegistry.class)
                .run(context -> {
                    SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
                    context.getBean(LaunchpadMetrics.class).bindTo(registry);
                    context.getBean(Launchpad.class).submit(LaunchRequest.of(spec("1Gi", "1")), Secrets.none());
                    assertThat(registry.get("launchpad.operations.open").gauge().value())
                            .isEqualTo(1);
                    assertThat(registry.get("launchpad.agents")
                                    .tag("health", "unknown")
                                    .gauge()
                                    .value())
                            .isEqualTo(1);
                    assertThat(context.getBean(LaunchpadHealthIndicator.class).health())
                            .satisfies(health -> {
                                assertThat(health.getStatus()).isEqualTo(Status.UP);
                                assertThat(health.getDetails()).containsEntry("operationsOpen", 1);
                            });
                });
    }

    @Test
    void a_finished_operation_is_counted_with_its_stages() {
        app.withConfiguration(AutoConfigurations.of(LaunchpadActuatorAutoConfiguration.class))
                .withPropertyValues("launchpad.workers=1", "launchpad.store.kind=memory")
                .withBean(SimpleMeterRegistry.class)
                .withBean("nothing", io.agentlaunchpad.spi.ArtifactBuilder.class, NoBuilder::new)
                .run(context -> {
                    SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
                    context.getBean(LaunchpadMetrics.class).bindTo(registry);
                    context.getBean(Launchpad.class).submit(LaunchRequest.of(spec("1Gi", "1")), Secrets.none());
                    await().atMost(Duration.ofSeconds(30))
                            .untilAsserted(() -> assertThat(registry.find("launchpad.operations")
                                            .tags("kind", "launch", "outcome", "rejected")
                                            .timer())
                                    .isNotNull()
                                    .satisfies(
                                            timer -> assertThat(timer.count()).isEqualTo(1)));
                });
    }

    /** Refuses everything, so that an operation ends without Node.js. */
    private static final class NoBuilder implements io.agentlaunchpad.spi.ArtifactBuilder {

        @Override
        public io.agentlaunchpad.artifact.Artifact.Kind makes() {
            return io.agentlaunchpad.artifact.Artifact.Kind.PROJECT;
        }

        @Override
        public Resolved resolve(
                AgentSpec spec,
                @org.jspecify.annotations.Nullable String kept,
                io.agentlaunchpad.spi.WorkContext context) {
            throw new io.agentlaunchpad.error.BuildException("Nothing is built here.", "use another builder.");
        }

        @Override
        public io.agentlaunchpad.artifact.Artifact build(Request request, io.agentlaunchpad.spi.WorkContext context) {
            throw new IllegalStateException("not reached");
        }

        @Override
        public void publish(io.agentlaunchpad.artifact.Artifact artifact, io.agentlaunchpad.spi.WorkContext context) {}

        @Override
        public List<Path> ownFiles(io.agentlaunchpad.artifact.Artifact artifact) {
            return List.of();
        }

        @Override
        public void discard(
                AgentId agentId,
                io.agentlaunchpad.artifact.Artifact artifact,
                io.agentlaunchpad.spi.WorkContext context) {}
    }

    @Test
    void there_is_no_rest_api_unless_it_is_asked_for() {
        WebApplicationContextRunner web = new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadNotificationsAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class,
                        LaunchpadWebAutoConfiguration.class))
                .withPropertyValues("launchpad.home=" + home, "launchpad.store.kind=memory");
        web.run(context -> assertThat(context).doesNotHaveBean(Keyring.class).doesNotHaveBean(ApiKeys.class));
        web.withPropertyValues("launchpad.web.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(Keyring.class).hasSingleBean(ApiKeys.class));
        ApiKeys mine = new MemoryApiKeys();
        web.withPropertyValues("launchpad.web.enabled=true")
                .withBean("mine", ApiKeys.class, () -> mine)
                .run(context -> assertThat(context.getBean(ApiKeys.class)).isSameAs(mine));
        web.withPropertyValues("launchpad.web.enabled=true", "launchpad.web.base-path=api/")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("launchpad.web.base-path"));
        web.withPropertyValues("launchpad.web.enabled=true")
                .withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
                .run(context -> assertThat(context).doesNotHaveBean(Keyring.class));
        app.withConfiguration(AutoConfigurations.of(LaunchpadWebAutoConfiguration.class))
                .withPropertyValues("launchpad.web.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Keyring.class));
    }

    @Test
    void the_first_admin_key_is_printed_once_and_not_logged(CapturedOutput output) {
        WebApplicationContextRunner web = new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class,
                        LaunchpadWebAutoConfiguration.class))
                .withPropertyValues("launchpad.home=" + home, "launchpad.web.enabled=true");
        web.run(context -> assertThat(context).hasNotFailed());
        web.run(context -> assertThat(context).hasNotFailed());
        assertThat(output.getAll()).containsOnlyOnce("Launchpad's first admin key, shown this once: alk_");
    }

    /** The project builder beside it, because the local platform runs no images. */
    private ApplicationContextRunner images() {
        return app.withPropertyValues(
                        "launchpad.artifacts.pushing-to=registry.example/agents",
                        "launchpad.artifacts.base-image=registry.example/node:24",
                        "launchpad.artifacts.runtime-image=registry.example/agents/runtime:1",
                        "launchpad.artifacts.plain-http=127.0.0.1:5000",
                        "launchpad.artifacts.credentials.user=ci",
                        "launchpad.artifacts.credentials.password=hidden-word",
                        "launchpad.artifacts.cache-directory=" + home.resolve("cache"),
                        "launchpad.scanner.trivy.enabled=true",
                        "launchpad.scanner.trivy.at=" + program(),
                        "launchpad.scanner.trivy.server=https://trivy.example",
                        "launchpad.scanner.trivy.token=hidden-token",
                        "launchpad.scanner.trivy.offline=true",
                        "launchpad.scanner.trivy.with-misconfigurations=true",
                        "launchpad.scanner.trivy.within=3m",
                        "launchpad.scanner.trivy.cache-directory=" + home.resolve("db"),
                        "launchpad.scanner.trivy.results-directory=" + home.resolve("results"))
                .withBean(
                        "projects",
                        io.agentlaunchpad.local.ProjectDirectories.class,
                        () -> io.agentlaunchpad.local.ProjectDirectories.under(home));
    }

    private Path program() {
        try {
            Path program = home.resolve("trivy");
            if (!Files.exists(program)) {
                Files.writeString(program, "#!/bin/sh\necho Version: 0.66.0\n");
                assertThat(program.toFile().setExecutable(true)).isTrue();
            }
            return program;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Ordered(int place, Runnable effect)
            implements LaunchpadCustomizer, org.springframework.core.Ordered {

        @Override
        public int getOrder() {
            return place;
        }

        @Override
        public void customize(io.agentlaunchpad.LaunchpadBuilder builder) {
            effect.run();
        }
    }

    private static final class CountingBell implements Doorbell {

        private volatile int rings;

        @Override
        public void ring() {
            rings = rings + 1;
        }

        @Override
        public void await(Duration atMost) throws InterruptedException {
            Thread.sleep(atMost.toMillis());
        }

        @Override
        public void close() {}
    }
}
