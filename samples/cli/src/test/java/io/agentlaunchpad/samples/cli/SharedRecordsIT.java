package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.samples.cli.Command.Running;
import io.agentlaunchpad.testbed.Postgres;
import io.agentlaunchpad.testbed.RealPostgres;
import io.agentlaunchpad.testbed.RealRedis;
import io.agentlaunchpad.testbed.Redis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in a database instead of files, and a bell between the process that submits and the one that works. */
@RealPostgres
@RealRedis
class SharedRecordsIT {

    @TempDir
    private Path home;

    @Test
    void one_process_submits_to_the_database_and_another_works_from_it(Postgres postgres, Redis redis)
            throws IOException {
        Command launchpad = new Command(home)
                .with("LAUNCHPAD_STORE", postgres.jdbcUrl() + "?user=" + postgres.username())
                .with("LAUNCHPAD_STORE_PASSWORD", postgres.password());
        String file = Files.writeString(home.resolve("ada.json"), """
                        {"agentName": "ada", "personality": {"bio": ["Explains mathematics"]},
                         "selectedPlugins": ["@elizaos/plugin-openai"]}
                        """).toString();

        Running worker = launchpad.start("worker", "--doorbell", "postgres");
        submit(launchpad, file, "postgres");
        worker.await(out -> out.contains("OPERATION_SETTLED"));
        worker.interrupt();
        worker.end().exits(0);
        assertThat(launchpad.ask("chat", "ada", "over there?").exits(0).out()).contains("You said: over there?");

        Running second = launchpad.start("worker", "--doorbell", redis.uri().toString());
        submit(launchpad, file, redis.uri().toString());
        second.await(out -> out.contains("OPERATION_SETTLED"));
        second.interrupt();
        second.end().exits(0);

        assertThat(launchpad.ask("operations", "--agent", "ada").exits(0).out().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("SUCCEEDED"));
        assertThat(home.resolve("store")).doesNotExist();
        launchpad.ask("delete", "ada").exits(0);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Command.processesOf(home)).isEmpty());
    }

    @Test
    void a_database_that_does_not_answer_is_told_with_its_reason_and_nothing_changes() {
        Command launchpad = new Command(home).with("LAUNCHPAD_STORE", "jdbc:postgresql://127.0.0.1:1/records?user=ada");

        assertThat(launchpad.ask("list").exits(5).err()).contains("did not take a transaction", "refused", "Fix:");

        Command unwritable = new Command(home).with("LAUNCHPAD_STORE", "jdbc:h2:file:/proc/nowhere/records");
        assertThat(unwritable.run("list").exits(5).err()).contains("did not take a transaction", "Fix:");
    }

    private static void submit(Command launchpad, String file, String bell) {
        assertThat(launchpad
                        .run("launch", file, "--echo-model", "--submit", "--doorbell", bell)
                        .exits(0)
                        .out()
                        .strip())
                .matches("op-[0-9a-f]{24}");
    }
}
