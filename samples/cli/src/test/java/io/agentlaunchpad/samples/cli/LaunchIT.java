package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumingThat;

import io.agentlaunchpad.samples.cli.Command.Ended;
import io.agentlaunchpad.samples.cli.Command.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real agent, launched, changed, broken and deleted by the packaged command. Each test has a home of its own. */
@Execution(ExecutionMode.CONCURRENT)
class LaunchIT {

    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");

    @TempDir
    private Path home;

    private Command launchpad;
    private String file;

    @BeforeEach
    void write() throws IOException {
        launchpad = new Command(home);
        file = configuration("Explains mathematics");
    }

    @AfterEach
    void nothing_is_left_after_delete() {
        launchpad.ask("delete", "ada");
        awaitNoProcess();
    }

    @Test
    void an_agent_lives_through_every_command() throws IOException {
        Ended launched =
                launchpad.run("launch", file, "--echo-model", "--detach").exits(0);
        assertThat(launched.out()).contains("validate", "build", "scan", "deploy", "verify", "monitor");
        assertThat(launched.out()).containsPattern("HEALTHY  ada answers at http://127\\.0\\.0\\.1:\\d+");
        assertThat(launched.out()).contains("id: ada-", "You said: Hello");

        assertThat(launchpad.run("list").exits(0).out()).contains("ada", "DEPLOYED", "HEALTHY");
        assertThat(launchpad.run("status", "ada").exits(0).out()).contains("health: HEALTHY", "status: DEPLOYED");
        assertThat(launchpad
                        .run("chat", "ada", "What is <a> loop & why?")
                        .exits(0)
                        .out())
                .contains("You said: What is <a> loop & why?");
        assumingThat(
                OS.LINUX.isCurrentOs(),
                () -> assertThat(launchpad
                                .runOnTerminal("chat", "ada", "What is <a> loop & why?")
                                .exits(0)
                                .out())
                        .isEqualTo("You said: What is <a> loop & why?\r\n"));
        assertThat(launchpad.run("logs", "ada", "--tail", "2").exits(0).out().lines())
                .hasSize(2);

        launchpad.run("restart", "ada").exits(0);
        launchpad.run("stop", "ada").exits(0);
        assertThat(Command.processesOf(home))
                .as("a stopped agent and its stand-in run nothing")
                .isEmpty();
        assertThat(launchpad.run("status", "ada").exits(0).out()).contains("status: STOPPED", "health: UNKNOWN");
        launchpad.run("start", "ada").exits(0);
        assertThat(launchpad.run("chat", "ada", "again").exits(0).out()).contains("You said: again");

        Ended updated = launchpad
                .run("launch", configuration("Explains it better"), "--echo-model", "--detach", "--json")
                .exits(0);
        assertThat(updated.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        launchpad.run("rollback", "ada").exits(0);
        launchpad.run("rollback", "ada", "99").exits(3);
        launchpad.run("rollback", "ada", "x").exits(2);

        assertGapFree(launchpad.run("events", "ada", "--json").exits(0).out());
        launchpad.run("delete", "ada").exits(0);
        launchpad.run("status", "ada").exits(2);
        assertThat(launchpad.run("list").exits(0).out()).doesNotContain("ada");
    }

    @Test
    void ctrl_c_after_an_attached_launch_stops_the_agent_and_keeps_it() {
        Running attached = launchpad.start("launch", file, "--echo-model");
        attached.await(out -> out.contains("Ctrl-C stops it"));
        assertThat(Command.processesOf(home)).hasSize(2);
        launchpad.run("restart", "ada").exits(0);
        assertThat(launchpad.ask("chat", "ada", "anew").exits(0).out()).contains("You said: anew");

        attached.interrupt();

        assertThat(attached.end().exits(0).out()).contains("Stopped ada");
        awaitNoProcess();
        assertThat(launchpad.ask("status", "ada").exits(0).out()).contains("status: STOPPED");
    }

    @Test
    void a_killed_attached_launcher_takes_its_agent_with_it() {
        Running attached = launchpad.start("launch", file, "--echo-model");
        attached.await(out -> out.contains("Ctrl-C stops it"));

        attached.kill();

        awaitNoProcess();
        assertThat(launchpad.ask("status", "ada").exits(0).out()).contains("health: UNHEALTHY");
        launchpad.run("start", "ada").exits(0);
        assertThat(launchpad.ask("chat", "ada", "back").exits(0).out()).contains("You said: back");
    }

    @Test
    void an_attached_launcher_waits_for_an_agent_that_is_held_up_and_ends_with_one_that_is_killed() {
        Running attached = launchpad.start("launch", file, "--echo-model");
        attached.await(out -> out.contains("Ctrl-C stops it"));

        signalAgent("STOP");
        attached.awaitErr(err -> err.contains("ada is UNHEALTHY"));
        signalAgent("CONT");
        attached.awaitErr(err -> err.contains("ada is HEALTHY again"));
        signalAgent("KILL");

        assertThat(attached.end().exits(5).err())
                .contains("The agent ended by itself")
                .containsIgnoringCase("killed")
                .contains("Fix:");
    }

    /** One after the other on one home: each launch begins where the one before it was taken back. */
    @ParameterizedTest
    @ValueSource(strings = {"VALIDATE BUILD SCAN", "DEPLOY VERIFY MONITOR"})
    void ctrl_c_in_a_stage_takes_everything_back(String stages) {
        for (String stage : stages.split(" ")) {
            Running launch = launchpad.start("launch", file, "--echo-model", "--detach", "--json");
            launch.await(out -> out.contains("\"" + stage.toLowerCase(java.util.Locale.ROOT) + " begins\""));

            launch.interrupt();

            // The launch may have been quicker than the signal: then it succeeded, and says so.
            int code = launch.end().exit();
            assertThat(code).as(stage).isIn(0, 130);
            if (code == 0) {
                launchpad.ask("delete", "ada").exits(0);
            }
            awaitNoProcess();
            assertThat(launchpad.ask("list").exits(0).out()).as(stage).doesNotContain("DEPLOYED");
        }
        launchpad.run("launch", file, "--echo-model", "--detach").exits(0);
        assertGapFree(launchpad.ask("events", "ada", "--json").exits(0).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"VALIDATE", "BUILD", "SCAN", "DEPLOY", "VERIFY", "MONITOR"})
    void a_launcher_killed_in_a_stage_leaves_nothing_half_done(String stage) {
        Running launch = launchpad.start("launch", file, "--echo-model", "--detach", "--json");
        launch.await(out -> out.contains("\"" + stage.toLowerCase(java.util.Locale.ROOT) + " begins\""));

        launch.kill();
        launch.end();

        Ended again = launchpad.run("launch", file, "--echo-model", "--detach").exits(0);
        assertThat(again.out()).contains("HEALTHY");
        // What the killed one had begun ends by itself, in its own time.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Command.processesOf(home))
                        .as("one agent and its stand-in")
                        .hasSize(2));
        assertThat(launchpad.ask("list").exits(0).out().lines()).hasSize(2);
        assertGapFree(launchpad.ask("events", "ada", "--json").exits(0).out());
    }

    @Test
    void an_agent_killed_while_it_starts_is_rolled_back_with_its_own_words() {
        Running launch = launchpad.start("launch", file, "--echo-model", "--detach", "--json");
        launch.await(out -> out.contains("\"verify begins\""));
        signalAgent("KILL");

        Ended ended = launch.end().exits(4);

        assertThat(ended.err()).containsIgnoringCase("killed").contains("Fix:");
        awaitNoProcess();
    }

    @Test
    void an_update_that_fails_keeps_the_healthy_agent() throws IOException {
        launchpad.run("launch", file, "--echo-model", "--detach").exits(0);
        // A database that does not answer: the new process cannot start, whatever it waits for.
        Path update = Files.writeString(home.resolve("update.json"), """
                {"agentName": "ada", "personality": {"bio": ["Fails"]},
                 "database": {"kind": "postgresql"},
                 "secrets": {"POSTGRES_URL": "postgres://nobody:none@127.0.0.1:9/none"}}
                """);

        Ended failed = launchpad.run("launch", update.toString(), "--echo-model", "--detach");

        assertThat(failed.exit()).as(failed.out() + failed.err()).isEqualTo(4);
        assertThat(failed.err()).contains("DATABASE_UNREACHABLE");
        assertThat(launchpad.ask("status", "ada").exits(0).out()).contains("DEPLOYED", "HEALTHY", "last failure");
        assertThat(launchpad.ask("chat", "ada", "still there?").exits(0).out()).contains("You said: still there?");
    }

    /** Signals the agent's own process, and not its stand-in's. */
    private void signalAgent(String signal) {
        List<String> agents = Command.processesOf(home).stream()
                .filter(line -> !line.contains("echo-model"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        agents.forEach(pid -> Command.signal(pid, signal));
    }

    private String configuration(String bio) throws IOException {
        return Files.writeString(
                        Files.createTempFile(home, "ada", ".json"),
                        "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"" + bio
                                + "\"]}, \"selectedPlugins\": [\"@elizaos/plugin-openai\"]}\n")
                .toString();
    }

    private void awaitNoProcess() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Command.processesOf(home)).isEmpty());
    }

    private static void assertGapFree(String events) {
        List<Long> numbers = new ArrayList<>();
        Matcher matcher = SEQUENCE.matcher(events);
        while (matcher.find()) {
            numbers.add(Long.parseLong(matcher.group(1)));
        }
        assertThat(numbers).isNotEmpty();
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i + 1L);
        }
    }
}
