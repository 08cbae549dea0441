package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.WorkObserver;
import io.agentlaunchpad.spring.actuate.LaunchpadMetrics;
import io.agentlaunchpad.spring.actuate.ObservedWork;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Spans and meters of work that an application's own registries see. */
class ObservationTest {

    private final List<String> ended = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner app = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    LaunchpadAutoConfiguration.class,
                    LaunchpadStoreAutoConfiguration.class,
                    LaunchpadActuatorAutoConfiguration.class))
            .withPropertyValues("launchpad.store.kind=memory", "launchpad.workers=1")
            .withBean("test", Platform.class, FakePlatform::new)
            .withBean("projects", ArtifactBuilder.class, () -> new FakeArtifacts().announcing("pushing ada", 30, 70));

    private static void launch(Launchpad launchpad) {
        launchpad.launch(LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build()), Secrets.none());
    }

    @Test
    void stages_are_spans_within_the_span_of_their_operation() {
        app.withBean(ObservationRegistry.class, this::registry).run(context -> {
            assertThat(context).hasSingleBean(ObservedWork.class);
            launch(context.getBean(Launchpad.class));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(ended).hasSize(7));
            assertThat(ended.subList(0, 6))
                    .allMatch(span -> span.startsWith("launchpad.stage in launchpad.operation"))
                    .allMatch(span -> span.contains("code=none") && span.contains("kind=launch"));
            assertThat(ended.get(1)).contains("stage=build");
            assertThat(ended.get(6))
                    .startsWith("launchpad.operation in nothing")
                    .contains("outcome=succeeded")
                    .containsPattern("operation=op-[0-9a-f]{24}");
        });
    }

    /** Here and not in core, whose tests have a log without a context. */
    @Test
    void log_lines_written_during_an_operation_can_name_it_and_its_agent() {
        List<String> named = new CopyOnWriteArrayList<>();
        WorkObserver looking = span -> (outcome, failure) -> named.add(
                MDC.get("operation") + " " + MDC.get("agent") + " of " + span.operationId() + " " + span.agentId());
        app.withBean("looking", WorkObserver.class, () -> looking).run(context -> {
            launch(context.getBean(Launchpad.class));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(named).hasSize(7));
            assertThat(named)
                    .allSatisfy(line -> assertThat(line.split(" of ", 2)[0])
                            .isEqualTo(line.split(" of ", 2)[1])
                            .startsWith("op-"));
        });
    }

    @Test
    void meters_made_of_spans_name_no_agent() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        app.withBean(ObservationRegistry.class, () -> {
                    ObservationRegistry registry = ObservationRegistry.create();
                    registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
                    return registry;
                })
                .run(context -> {
                    launch(context.getBean(Launchpad.class));
                    await().atMost(Duration.ofSeconds(30))
                            .untilAsserted(() -> assertThat(
                                            meters.find("launchpad.operation").timer())
                                    .isNotNull());
                    assertThat(meters.get("launchpad.operation").timer().getId().getTags())
                            .extracting(tag -> tag.getKey())
                            .containsExactlyInAnyOrder("code", "error", "kind", "outcome");
                });
    }

    @Test
    void without_a_registry_or_with_an_observer_of_the_application_there_is_none_of_ours() {
        app.run(context -> assertThat(context).doesNotHaveBean(ObservedWork.class));
        app.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean("mine", WorkObserver.class, () -> WorkObserver.NONE)
                .run(context -> assertThat(context).doesNotHaveBean(ObservedWork.class));
        app.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ObservedWork.class));
    }

    @Test
    void scans_and_bytes_of_images_are_counted() {
        app.withBean(SimpleMeterRegistry.class).run(context -> {
            SimpleMeterRegistry meters = context.getBean(SimpleMeterRegistry.class);
            context.getBean(LaunchpadMetrics.class).bindTo(meters);
            launch(context.getBean(Launchpad.class));
            assertThat(meters.get("launchpad.scans")
                            .tags("scanner", "secret-leaks", "result", "clean")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("launchpad.image.bytes").counter().count()).isEqualTo(70);
        });
    }

    private ObservationRegistry registry() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new Recorder());
        return registry;
    }

    private final class Recorder implements ObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStop(Observation.Context context) {
            ObservationView parent = context.getParentObservation();
            ended.add(context.getName() + " in "
                    + (parent == null ? "nothing" : parent.getContextView().getName()) + " "
                    + context.getAllKeyValues().stream()
                            .map(ObservationTest::text)
                            .collect(Collectors.joining(" ")));
        }
    }

    private static String text(KeyValue value) {
        return value.getKey() + "=" + value.getValue();
    }
}
