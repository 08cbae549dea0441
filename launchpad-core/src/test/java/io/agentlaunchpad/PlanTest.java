package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plan tells before anything is built or stored. */
class PlanTest {

    private final FakePlatform platform = new FakePlatform();
    private final FakeArtifacts artifacts = new FakeArtifacts();
    private final ManualLaunchpad manual =
            ManualLaunchpad.with(builder -> builder.platform("test", platform).artifacts(artifacts));
    private final Launchpad launchpad = manual.launchpad();

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void what_is_not_built_yet_is_unknown_and_nothing_is_built_or_stored() {
        Plan plan = launchpad.plan(request("Explains"), Secrets.of("KEY", "planted-value"));

        assertThat(plan.objects()).isEqualTo("run ?");
        assertThat(artifacts.built()).isZero();
        assertThat(platform.secretVersions()).isZero();
        assertThat(platform.calls()).isEmpty();
        assertThat(launchpad.fleet().all()).isEmpty();
    }

    @Test
    void the_same_character_on_the_same_lock_is_the_artifact_that_serves() {
        launch("Explains");

        assertThat(launchpad.plan(request("Explains")).objects()).startsWith("run sha256:");
        assertThat(launchpad.plan(request("Explains better")).objects()).isEqualTo("run ?");
        assertThat(launchpad.plan(request("Explains").refreshingLock()).objects())
                .isEqualTo("run ?");
    }

    @Test
    void secret_values_are_compared_and_never_told() {
        launch("Explains");

        assertThat(secrets(Secrets.of("A", "1").and("B", "2"))).isNull();
        assertThat(secrets(Secrets.of("A", "planted-value").without("B").and("C", "3")))
                .isEqualTo(new Change(
                        "secret values",
                        Change.Action.UPDATE,
                        java.util.List.of("A: changed", "B: removed", "C: added")));
        assertThat(launchpad
                        .plan(request("Explains"), Secrets.of("A", "planted-value"))
                        .toString())
                .doesNotContain("planted-value");
    }

    private Change secrets(Secrets secrets) {
        return launchpad.plan(request("Explains"), secrets).changes().stream()
                .filter(change -> change.object().equals("secret values"))
                .findFirst()
                .orElse(null);
    }

    private void launch(String bio) {
        launchpad.submit(request(bio), Secrets.of("A", "1").and("B", "2"));
        manual.runAll();
    }

    private static LaunchRequest request(String bio) {
        return LaunchRequest.of(AgentSpec.named("ada").bio(bio).build());
    }
}
