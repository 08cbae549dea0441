package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.StoreContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in files keeps the laws, and what {@code kill -9} must not break. */
class FileStoreTest extends StoreContract {

    @TempDir
    Path folder;

    @Override
    protected Store open() {
        return Stores.files(folder.resolve("store"));
    }

    @Test
    void whoever_is_killed_while_writing_leaves_whole_transactions_only_and_loses_none_that_returned()
            throws Exception {
        Random random = new Random(42);
        long returned = 0;
        for (int round = 0; round < 6; round++) {
            Process writer = writer();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8));
            int lines = 1 + random.nextInt(40);
            for (int i = 0; i < lines; i++) {
                returned = Math.max(returned, Long.parseLong(said.readLine()));
            }
            // In the middle of a later transaction, which one only chance decides.
            TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
            writer.destroyForcibly().waitFor();

            List<AgentEvent> events =
                    store().<List<AgentEvent>>read(tables -> tables.events().list(ADA, 1, Integer.MAX_VALUE));
            List<Release> releases =
                    store().<List<Release>>read(tables -> tables.releases().list(ADA));
            int latest = store().<Integer>read(
                            tables -> tables.agents().find(ADA).orElseThrow().latestRevision());
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).sequence()).isEqualTo(i + 1);
            }
            assertThat(events.size()).as("nothing that returned is lost").isGreaterThanOrEqualTo((int) returned);
            assertThat(latest).as("the row goes with its event").isEqualTo(events.size());
            assertThat(releases).as("and with its release").hasSize(events.size());
        }
        assertThat(returned).isPositive();
    }

    @Test
    void a_journal_that_was_not_applied_is_applied_by_the_next() throws IOException {
        store().<AgentEvent>transact(tables -> {
            tables.agents().put(agent(ADA, ANNA));
            return tables.events().append(ADA, NOW, EventType.WARNING, null, "first", Map.of());
        });
        Path log = folder.resolve("store/events/" + ADA + ".jsonl");
        long length = Files.size(log);
        String line = Files.readString(log)
                .strip()
                .replace("\"sequence\":1", "\"sequence\":2")
                .replace("first", "second");
        // As left by a process killed between the journal and half of the append.
        Files.writeString(
                folder.resolve("store/journal.json"),
                io.agentlaunchpad.internal.Json.write(List.of(
                        Map.of("key", "events/" + ADA, "text", line + "\n", "at", length),
                        Map.of("key", "agents/" + BOB, "text", Files.readString(agentFile(ADA)), "at", -1))));
        Files.writeString(log, Files.readString(log) + line.substring(0, 20));

        List<AgentEvent> events =
                store().<List<AgentEvent>>read(tables -> tables.events().list(ADA, 1, 10));

        assertThat(events).extracting(AgentEvent::message).containsExactly("first", "second");
        assertThat(agentFile(BOB)).exists();
        assertThat(folder.resolve("store/journal.json")).doesNotExist();
    }

    @Test
    void a_directory_that_cannot_be_made_is_named_with_a_way_out() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> Stores.files(file.resolve("store")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.resolve("store").toString())
                .hasMessageContaining("Fix: ");
    }

    @Test
    void a_damaged_record_is_named_without_a_stack_of_json_errors() throws IOException {
        store().<Object>transact(tables -> {
            tables.agents().put(agent(ADA, ANNA));
            return true;
        });
        Files.writeString(agentFile(ADA), "{\"id\":");

        assertThatThrownBy(() -> store().<Object>read(tables -> tables.agents().find(ADA)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("AgentRow");
    }

    @Test
    void a_hidden_file_beside_the_records_is_none() throws IOException {
        store().<Object>transact(tables -> {
            tables.agents().put(agent(ADA, ANNA));
            return true;
        });
        Files.writeString(agentFile(ADA).resolveSibling("._" + ADA + ".json"), "\0\5\26\7");

        assertThat(store().<List<AgentRow>>read(tables -> tables.agents().list(null, null, 10)))
                .singleElement()
                .returns(ADA, AgentRow::id);
    }

    @Test
    void its_directory_is_for_this_user_only() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("store"))))
                .isEqualTo("rwx------");
    }

    @Test
    void a_worker_of_a_process_that_ended_is_gone_and_its_claims_are_free_at_once() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        String name = "local/" + Processes.name(process.toHandle());
        assertThat(store().gone(name)).isFalse();
        assertThat(store().gone(Stores.workerName())).isFalse();
        store().<Object>transact(tables -> {
            tables.operations().insert(operation(1, ADA, null));
            tables.operations().claim(new Store.Claim(name, NOW, NOW.plusSeconds(600)));
            return true;
        });

        process.destroyForcibly().waitFor();

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> store().gone(name));
        assertThat(store().<Boolean>transact(tables -> tables.operations()
                        .claim(new Store.Claim("local/" + Processes.self(), NOW, NOW.plusSeconds(600)))
                        .isPresent()))
                .isTrue();
    }

    private Path agentFile(io.agentlaunchpad.agent.AgentId id) {
        return folder.resolve("store/agents/" + id + ".json");
    }

    private Process writer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.resolve("store").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Writes one transaction after the other, three records each, and says the number of each that returned. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) {
            try (Store store = Stores.files(Path.of(arguments[0]))) {
                while (true) {
                    long number = store.<Long>transact(tables -> {
                        AgentEvent event =
                                tables.events().append(ADA, NOW, EventType.WARNING, null, "x".repeat(5_000), Map.of());
                        int revision = (int) event.sequence();
                        tables.releases().put(release(ADA, revision));
                        tables.agents().put(agent(ADA, ANNA).withLatestRevision(revision, NOW));
                        return event.sequence();
                    });
                    System.out.println(number);
                }
            }
        }
    }
}
