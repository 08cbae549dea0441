package io.agentlaunchpad.k8s.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.health.Instance.Trouble;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose trouble it is where another container runs beside the agent's. */
class SidecarTroubleTest {

    private static final String RUNS = "containerID: c, restartCount: 0, ready: true, state: {running: {}}";
    private static final String RUNS_AGAIN =
            "containerID: c, restartCount: 1, ready: true, state: {running: {}}, lastState: {terminated: {exitCode: 1}}";
    private static final String ENDED =
            "containerID: c, restartCount: 1, ready: false, state: {terminated: {exitCode: 1, reason: Error}}";
    private static final String ENDED_FIRST =
            "containerID: c, restartCount: 0, ready: false, state: {terminated: {exitCode: 1, reason: Error}}";
    private static final String KILLED =
            "containerID: c, restartCount: 0, ready: false, state: {terminated: {exitCode: 137, reason: OOMKilled}}";
    private static final String LOOPS =
            "containerID: c, restartCount: 1, ready: false, state: {waiting: {reason: CrashLoopBackOff}},"
                    + " lastState: {terminated: {exitCode: 7, reason: Error}}";

    @Test
    void aSidecarThatCrashesIsNotToldAsTheAgent() {
        Trouble trouble = trouble(pod(RUNS, LOOPS));

        assertThat(trouble.message()).isEqualTo("Container proxy ended with exit code 7, again and again.");
        assertThat(trouble.fix()).isEqualTo("read that container's log.");
        assertThat(trouble(pod(LOOPS, RUNS)).message()).startsWith("The agent ended with exit code 7");
    }

    @Test
    void theMemoryOfASidecarIsNotTheAgentsToRaise() {
        assertThat(trouble(pod(RUNS, KILLED)).fix()).isEqualTo("raise that container's memory limit.");
        assertThat(trouble(pod(KILLED, RUNS)).fix()).isEqualTo("raise resources.memory.");
    }

    @Test
    void aSidecarThatRunsAgainSaysNothingOfTheAgentsLog() {
        assertThat(AgentContainer.crashedBefore(pod(ENDED, RUNS_AGAIN))).isFalse();
        assertThat(AgentContainer.crashedBefore(pod(LOOPS, RUNS))).isTrue();
    }

    @Test
    void aFirstRunThatEndedIsTheOneBeforeInAMoment() {
        assertThat(AgentContainer.crashedBefore(pod(ENDED_FIRST, RUNS))).isTrue();
    }

    @Test
    void anAgentBesideASidecarThatRunsHasNoLogBeforeItHasRun() {
        assertThat(AgentContainer.hasRun(pod("state: {waiting: {reason: ImagePullBackOff}}", RUNS)))
                .isFalse();
        assertThat(AgentContainer.hasRun(pod(ENDED, RUNS))).isTrue();
    }

    private static Trouble trouble(Pod pod) {
        Expected expected = new Expected("a", "d", "h", "t", 1, "d-1", 1, Duration.ZERO);
        return new PodTrouble(pod, List.of(), expected, Instant.parse("2026-01-01T00:01:00Z")).find();
    }

    private static Pod pod(String agent, String sidecar) {
        return Serialization.unmarshal("""
                metadata: {name: p, uid: u, creationTimestamp: '2026-01-01T00:00:00Z'}
                status:
                  phase: Running
                  containerStatuses:
                    - {name: agent, image: r/a, %s}
                    - {name: proxy, image: r/p, %s}
                """.formatted(agent, sidecar), Pod.class);
    }
}
