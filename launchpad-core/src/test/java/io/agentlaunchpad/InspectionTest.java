package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Looking into what an agent runs from, after it was launched. */
class InspectionTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final LaunchRequest ADA =
            LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());

    private final List<Finding> known = new ArrayList<>();

    private ManualLaunchpad with(UnaryOperator<LaunchpadBuilder> more) {
        return ManualLaunchpad.with(builder ->
                more.apply(builder.platform("test", new FakePlatform()).artifacts(new FakeArtifacts())));
    }

    private static Agent launched(ManualLaunchpad manual) {
        Operation operation = manual.launchpad().submit(ADA, Secrets.none());
        manual.runAll();
        return manual.launchpad().agent(operation.agentId());
    }

    @Test
    void a_scan_says_what_is_known_today_of_what_serves_and_stops_nothing() {
        try (ManualLaunchpad manual = with(builder -> builder.scanner(new Known()))) {
            Agent ada = launched(manual);
            assertThat(ada.scan(SOON).judgement().passes()).isTrue();

            known.add(new Finding(
                    "CVE-2026-1",
                    Finding.Kind.VULNERABILITY,
                    Severity.CRITICAL,
                    Finding.Layer.RUNTIME,
                    "left-pad 1.0",
                    "Pads too far",
                    "1.1"));
            Agent.Scan scan = ada.scan(SOON);

            assertThat(scan.judgement().refusals()).singleElement().asString().contains("CVE-2026-1");
            assertThat(scan.reports()).extracting(ScanReport::scanner).containsExactly("secret-leaks", "known");
            assertThat(ada.state().health().health().name()).isEqualTo("HEALTHY");
        }
    }

    @Test
    void where_nobody_knows_vulnerabilities_the_scan_says_so() {
        try (ManualLaunchpad manual = with(builder -> builder)) {
            assertThat(launched(manual).scan(SOON).judgement().remarks())
                    .anySatisfy(remark -> assertThat(remark).contains("Nobody looked for known vulnerabilities"));
        }
    }

    @Test
    void a_builder_that_makes_no_bills_of_materials_has_none() {
        try (ManualLaunchpad manual = with(builder -> builder)) {
            assertThat(launched(manual).sbom(SOON)).isEmpty();
        }
    }

    @Test
    void an_agent_that_was_never_deployed_has_nothing_to_look_into() {
        try (ManualLaunchpad manual = with(builder -> builder)) {
            Operation operation = manual.launchpad().submit(ADA, Secrets.none());
            Agent ada = manual.launchpad().agent(operation.agentId());
            assertThatThrownBy(() -> ada.scan(SOON))
                    .isInstanceOfSatisfying(
                            ConflictException.class, e -> assertThat(e.code()).isEqualTo("NOTHING_SERVES"));
            assertThatThrownBy(() -> ada.sbom(SOON)).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void more_copies_than_the_limits_allow_are_refused_before_anything_is_queued() {
        try (ManualLaunchpad manual =
                with(builder -> builder.limits(LimitPolicy.standard().maxReplicas(2)))) {
            Agent ada = launched(manual);
            assertThatThrownBy(() -> ada.scale(3))
                    .isInstanceOfSatisfying(
                            InvalidAgentException.class,
                            e -> assertThat(e.problems())
                                    .singleElement()
                                    .satisfies(problem ->
                                            assertThat(problem.path()).isEqualTo("$.resources.replicas")));
            assertThat(ada.operations(10)).hasSize(1);
            assertThat(ada.scale(2)).isNotNull();
        }
    }

    /** Finds what the test says. */
    private final class Known implements ArtifactScanner {

        @Override
        public String name() {
            return "known";
        }

        @Override
        public Set<Artifact.Kind> scans() {
            return Set.of(Artifact.Kind.PROJECT);
        }

        @Override
        public ScanReport scan(Request request, WorkContext context) {
            return ScanReport.of(
                    name(), request.artifact().digest(), known, context.clock().instant());
        }
    }
}
