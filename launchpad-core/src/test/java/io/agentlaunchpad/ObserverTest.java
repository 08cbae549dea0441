package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.event.Scanned;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.WorkObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What stands around the work, and hears of it. */
class ObserverTest {

    private static final LaunchRequest ADA =
            LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());

    private final List<String> seen = new ArrayList<>();
    private final FakeArtifacts artifacts = new FakeArtifacts();
    private final WorkObserver recorder = span -> {
        Stage stage = span.stage();
        String what = stage == null ? span.kind().name() : stage.name();
        seen.add("begin " + what);
        return (outcome, failure) -> seen.add(
                "end " + what + (outcome == null ? "" : " " + outcome) + (failure == null ? "" : " " + failure.code()));
    };

    private ManualLaunchpad with(UnaryOperator<LaunchpadBuilder> more) {
        return ManualLaunchpad.with(builder ->
                more.apply(builder.platform("test", new FakePlatform()).artifacts(artifacts)));
    }

    @Test
    void stages_are_seen_within_their_operation_with_how_it_ended() {
        try (ManualLaunchpad manual = with(builder -> builder.observer(recorder))) {
            manual.launchpad().submit(ADA, Secrets.none());
            manual.runAll();
        }
        assertThat(seen)
                .containsExactly(
                        "begin LAUNCH",
                        "begin VALIDATE",
                        "end VALIDATE",
                        "begin BUILD",
                        "end BUILD",
                        "begin SCAN",
                        "end SCAN",
                        "begin DEPLOY",
                        "end DEPLOY",
                        "begin VERIFY",
                        "end VERIFY",
                        "begin MONITOR",
                        "end MONITOR",
                        "end LAUNCH SUCCEEDED");
    }

    @Test
    void what_ended_a_stage_is_told_with_it_and_with_the_operation() {
        artifacts.beforeBuild(() -> {
            throw new BuildException("No space.", "make room.");
        });
        try (ManualLaunchpad manual = with(builder -> builder.observer(recorder))) {
            manual.launchpad().submit(ADA, Secrets.none());
            manual.runAll();
        }
        assertThat(seen)
                .containsExactly(
                        "begin LAUNCH",
                        "begin VALIDATE",
                        "end VALIDATE",
                        "begin BUILD",
                        "end BUILD BUILD_FAILED",
                        "end LAUNCH REJECTED BUILD_FAILED");
    }

    @Test
    void an_observer_that_fails_harms_no_operation() {
        WorkObserver broken = span -> {
            if (span.stage() == Stage.BUILD) {
                throw new IllegalStateException("no tracer");
            }
            if (span.stage() == null) {
                throw new NoSuchMethodError("a tracer of another version");
            }
            return (outcome, failure) -> {
                throw new NoSuchMethodError("no tracer either");
            };
        };
        try (ManualLaunchpad manual = with(builder -> builder.observer(broken))) {
            Operation operation = manual.launchpad().submit(ADA, Secrets.none());
            manual.runAll();
            assertThat(operation.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        }
    }

    @Test
    void listeners_hear_what_scanners_said() {
        List<Scanned> heard = new ArrayList<>();
        LaunchpadListener listener = new LaunchpadListener() {
            @Override
            public void on(AgentEvent event) {}

            @Override
            public void on(Scanned scanned) {
                heard.add(scanned);
            }
        };
        try (ManualLaunchpad manual = with(builder -> builder.listener(listener))) {
            Operation operation = manual.launchpad().submit(ADA, Secrets.none());
            manual.runAll();
            assertThat(heard).singleElement().satisfies(scanned -> {
                assertThat(scanned.operationId()).isEqualTo(operation.id());
                assertThat(scanned.report().scanner()).isEqualTo("secret-leaks");
            });
        }
    }
}
