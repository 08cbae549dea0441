package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.samples.cli.Command.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process accepts launches, another does them, a third looks on. */
class WorkerIT {

    @TempDir
    private Path home;

    private Command launchpad;
    private String file;

    @BeforeEach
    void write() throws IOException {
        launchpad = new Command(home);
        file = Files.writeString(home.resolve("ada.json"), """
                        {"agentName": "ada", "personality": {"bio": ["Explains mathematics"]},
                         "selectedPlugins": ["@elizaos/plugin-openai"]}
                        """).toString();
    }

    @AfterEach
    void nothing_is_left_after_delete() {
        launchpad.ask("delete", "ada");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Command.processesOf(home)).isEmpty());
    }

    @Test
    void a_submitted_launch_waits_for_a_worker_and_can_be_cancelled_before() {
        String id = submit();
        assertThat(launchpad.ask("operations").exits(0).out()).contains(id, "LAUNCH", "ada-", "QUEUED");

        launchpad.ask("cancel", id).exits(0);

        Running worker = launchpad.start("worker");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() ->
                        assertThat(launchpad.ask("operations").exits(0).out()).doesNotContain(id));
        assertThat(launchpad
                        .ask("operations", "--agent", "ada", "--json")
                        .exits(0)
                        .out())
                .contains("\"operationId\":\"" + id + "\"", "\"state\":\"CANCELLED\"");
        assertThat(launchpad.ask("cancel", id).exits(3).err()).contains("settled already: cancelled");
        worker.interrupt();
        assertThat(worker.end().exits(0).out()).contains("Ended;");
    }

    @Test
    void a_worker_does_what_was_submitted_and_leaves_the_agent_running_when_it_ends() {
        String id = submit();
        Running follower = launchpad.start("operations", "--follow");
        Running worker = launchpad.start("worker", "--workers", "1");

        worker.await(out -> out.contains("OPERATION_SETTLED"));
        follower.await(out -> out.contains("SUCCEEDED"));
        follower.interrupt();
        assertThat(follower.end().exits(0).out()).contains(id);
        worker.interrupt();
        worker.end().exits(0);

        assertThat(launchpad.ask("chat", "ada", "still there?").exits(0).out()).contains("You said: still there?");
    }

    @Test
    void wrong_ids_and_numbers_are_refused() {
        assertThat(launchpad.ask("cancel", "ada").exits(2).err()).contains("Not an operation id", "Fix:");
        assertThat(launchpad.ask("cancel", "op-" + "0".repeat(24)).exits(2).err())
                .contains("Fix:");
        assertThat(launchpad.run("worker", "--workers", "0").exits(2).err()).contains("does no work");
        assertThat(launchpad.ask("operations").exits(0).err()).contains("No operation waits or runs.");
    }

    private String submit() {
        String id = launchpad
                .run("launch", file, "--echo-model", "--submit")
                .exits(0)
                .out()
                .strip();
        assertThat(id).matches("op-[0-9a-f]{24}");
        return id;
    }
}
