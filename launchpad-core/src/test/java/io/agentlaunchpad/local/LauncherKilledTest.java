package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher that is killed with SIGKILL leaves no orphan before its agent was accepted, and a living agent after. */
class LauncherKilledTest {

    @TempDir
    Path folder;

    private LocalAgent ada;
    private Artifact project;

    @BeforeEach
    void open() {
        ada = new LocalAgent(LocalPlatform.under(folder.resolve("home")), "ada", Secrets.none());
        project = FakeProject.below(folder, "{}", "{}");
    }

    @AfterEach
    void close() {
        ada.delete();
        ada.platform.close();
    }

    @Test
    void before_the_agent_is_accepted_it_ends_with_its_launcher() throws Exception {
        try (Launcher launcher = launch("applied")) {
            ProcessHandle agent = launcher.agent();

            launcher.kill();

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !Processes.lives(agent));
        }
        Release release = ada.release(1, project);
        assertThat(ada.awaitDoom(release).doom()).matches(doom -> doom.message().contains("launcher is gone"));
        ada.apply(release);
        ada.awaitReady(release);
    }

    @Test
    void after_the_agent_was_accepted_it_lives_on_and_is_found_again() throws Exception {
        ProcessHandle agent;
        try (Launcher launcher = launch("accepted")) {
            agent = launcher.agent();
            launcher.kill();
        }
        Release release = ada.release(1, project);

        ada.awaitReady(release);
        ada.apply(release);

        assertThat(ada.process().pid()).isEqualTo(agent.pid());
        ada.delete();
        assertThat(Processes.lives(agent)).isFalse();
    }

    @Test
    void a_bound_agent_ends_with_its_launcher_accepted_or_not() throws Exception {
        try (Launcher launcher = launch("bound")) {
            ProcessHandle agent = launcher.agent();

            launcher.kill();

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !Processes.lives(agent));
        }
    }

    @Test
    void an_agent_of_another_living_launcher_that_is_not_accepted_is_started_again() throws Exception {
        try (Launcher launcher = launch("applied")) {
            ProcessHandle agent = launcher.agent();
            Release release = ada.release(1, project);

            ada.apply(release);
            ada.awaitReady(release);

            assertThat(Processes.lives(agent)).isFalse();
            assertThat(ada.process().pid()).isNotEqualTo(agent.pid());
        }
    }

    @Test
    void killed_at_any_moment_it_leaves_nothing_that_runs_and_nothing_that_hinders_the_next() throws Exception {
        for (int millis : new int[] {0, 5, 20, 60, 150}) {
            try (Launcher launcher = launch("applied")) {
                launcher.awaitLine("applying");
                TimeUnit.MILLISECONDS.sleep(millis);
                launcher.kill();
            }
            // Whether or not its name was written down: it ends by itself.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> agentsAlive().isEmpty());
        }
        ada.running(1, project);
    }

    private List<ProcessHandle> agentsAlive() {
        return ProcessHandle.allProcesses()
                .filter(Processes::lives)
                .filter(each -> environment(each).contains(folder.toString()))
                .toList();
    }

    /** Only on Linux; elsewhere there is nothing to see, and the next start tells. */
    private static String environment(ProcessHandle process) {
        try {
            String command = process.info().commandLine().orElse("");
            return command.contains("max-old-space-size")
                    ? new String(
                            java.nio.file.Files.readAllBytes(Path.of("/proc", "" + process.pid(), "environ")),
                            StandardCharsets.UTF_8)
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    private Launcher launch(String how) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        folder.toString(),
                        how)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Launcher(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                ada);
    }

    /** Another Java process that launches the agent. */
    private record Launcher(Process process, BufferedReader said, LocalAgent ada) implements AutoCloseable {

        void awaitLine(String line) throws IOException {
            for (String each = said.readLine(); each != null; each = said.readLine()) {
                if (each.equals(line)) {
                    return;
                }
            }
            throw new AssertionError("The launcher ended without saying " + line);
        }

        ProcessHandle agent() throws IOException {
            awaitLine("done");
            Optional<ProcessHandle> found = Processes.find(ada.state().process());
            return found.orElseThrow();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            said.close();
        }
    }

    /** Launches, says how far it is, and waits to be killed. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            LocalPlatform free = LocalPlatform.under(folder.resolve("home"));
            LocalPlatform platform = arguments[1].equals("bound") ? free.boundToThisProcess() : free;
            LocalAgent ada = new LocalAgent(platform, "ada", Secrets.none());
            Release release = ada.release(1, FakeProject.below(folder, "{}", "{}"));
            System.out.println("applying");
            ada.apply(release);
            ada.awaitReady(release);
            if (!arguments[1].equals("applied")) {
                ((Platform) platform).accepted(release);
            }
            System.out.println("done");
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
