package io.agentlaunchpad;

import static io.agentlaunchpad.WorkerProcess.Point;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.jdbc.Databases;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.spi.OperationRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that die or stop in the worst moments, on a real PostgreSQL: another process finishes what was accepted. */
class CrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Of those that never die: on a busy machine, too, they keep what they claim. They wait for the leases of others only. */
    private static final Duration LONG_LEASE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final String schema = Databases.schema();
    private final JdbcStore store = JdbcStore.of(Databases.postgres()).schema(schema);
    private final List<Process> processes = new ArrayList<>();
    private final List<Launchpad> launchpads = new ArrayList<>();

    @BeforeEach
    void migrate() {
        store.<Integer>read(tables -> tables.outbox().size());
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        launchpads.forEach(Launchpad::close);
        Databases.drop(schema);
    }

    @Test
    void killed_between_the_row_and_the_bell() throws Exception {
        kill(startAndAwait(Point.RINGING, "submit"));

        assertThat(survivorFinishes().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(done("apply")).containsExactly("apply 1");
    }

    @Test
    void killed_while_it_builds() throws Exception {
        kill(startAndAwait(Point.BUILDING, "work,submit"));

        assertThat(survivorFinishes().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(done("apply")).containsExactly("apply 1");
    }

    @Test
    void killed_between_the_side_effect_and_the_row() throws Exception {
        kill(startAndAwait(Point.APPLIED, "work,submit"));

        assertThat(survivorFinishes().revision()).isEqualTo(1);
        assertThat(done("apply"))
                .as("applied again, as the same revision")
                .isNotEmpty()
                .containsOnly("apply 1");
        assertThat(events()).extracting(AgentEvent::type).contains(EventType.OPERATION_RESUMED);
    }

    @Test
    void killed_between_the_outcome_and_the_notice() throws Exception {
        kill(startAndAwait(Point.DELIVERING, "work,submit"));
        assertThat(operation().result()).as("settled before anyone is told").isNotNull();

        survivor();

        String notice = "notice " + operation().id();
        endLeaseOfNotices();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(done("notice")).containsExactly(notice));
    }

    @Test
    void killed_between_the_notice_and_its_row_sends_it_again_under_the_same_id() throws Exception {
        kill(startAndAwait(Point.DELIVERED, "work,submit"));

        survivor();

        String notice = "notice " + operation().id();
        endLeaseOfNotices();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(done("notice")).containsExactly(notice, notice));
    }

    @Test
    void stopped_beyond_its_lease_and_resumed_it_changes_nothing_more() throws Exception {
        // Stands still inside its one request to the platform, as if the machine had stalled; then it goes on.
        Process stalled = startAndAwait(Point.APPLYING_SLOWLY, "work,submit");
        signal(stalled, "STOP");

        Report report = survivorFinishes();
        OperationRow settled = operation();
        List<AgentEvent> before = events();
        List<String> effects = done("apply");
        signal(stalled, "CONT");
        Awaitility.await().atMost(PATIENCE).until(() -> done("woke").size() == 1);
        TimeUnit.SECONDS.sleep(2);

        assertThat(report.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(operation()).isEqualTo(settled);
        assertThat(events()).isEqualTo(before);
        assertThat(done("apply")).isEqualTo(effects);
    }

    @Test
    void a_cancellation_reaches_a_worker_of_another_process() throws Exception {
        startAndAwait(Point.NEVER_HEALTHY, "work,submit");
        Launchpad here = launchpad(0);
        Operation operation = here.openOperations(1).get(0);

        assertThat(operation.cancel()).isTrue();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(5)) // law 8 says a second; a busy machine is given more
                .until(() -> events().stream().anyMatch(event -> event.type() == EventType.TAKE_BACK_STARTED));
        assertThat(operation.await(PATIENCE).outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(longs = {60, -60})
    void a_worker_whose_clock_is_a_minute_off_keeps_its_claim_while_it_lives_and_loses_it_when_it_dies(long seconds)
            throws Exception {
        Process worker = startAndAwait(Point.NEVER_HEALTHY, "work,submit", Duration.ofSeconds(seconds));
        Launchpad other = launchpad(0, Duration.ofSeconds(-seconds));
        // Its lease lasts 2 seconds: by these clocks it has ended long ago, or will end in two minutes only.
        assertThat(other.engine().worker().once()).as("found work").isFalse();

        kill(worker);
        Awaitility.await().atMost(PATIENCE).until(other.engine().worker()::once);

        assertThat(operation().result())
                .satisfies(result -> assertThat(result.outcome()).isEqualTo(Outcome.SUCCEEDED));
        assertThat(events()).extracting(AgentEvent::at).isSorted();
        assertThat(other.engine().outbox().once()).as("told at once").isTrue();
    }

    @Test
    void launches_of_an_agent_run_in_the_order_in_which_instances_with_different_clocks_accepted_them()
            throws Exception {
        kill(startAndAwait(Point.RINGING, "submit", Duration.ofMinutes(1)));
        Launchpad behind = launchpad(0, Duration.ofMinutes(-1));
        Operation second = behind.submit(
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains more").build()), Secrets.none());

        survivor();

        assertThat(second.await(PATIENCE).revision()).isEqualTo(2);
        assertThat(behind.agent(second.agentId()).spec().personality().bio()).containsExactly("Explains more");
    }

    @Test
    void killed_again_and_again_each_operation_still_ends_once_with_gap_free_events() throws Exception {
        List<Process> workers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            workers.add(startAndAwait(Point.NEVER, "work"));
        }
        Launchpad here = launchpad(0);
        List<Operation> operations = new ArrayList<>();
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 5; i++) {
                operations.add(here.submit(
                        LaunchRequest.of(AgentSpec.named("agent-" + random.nextInt(6))
                                        .bio("round " + round + "-" + i)
                                        .build())
                                .ownedBy(Owner.of("owner-" + i)),
                        Secrets.none()));
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
            kill(workers.remove(0));
            workers.add(startAndAwait(Point.NEVER, "work"));
        }

        for (Operation operation : operations) {
            assertThat(operation.await(PATIENCE).outcome()).isEqualTo(Outcome.SUCCEEDED);
        }
        here.fleet().all().forEach(agent -> {
            List<AgentEvent> events = agent.events(1);
            assertThat(events)
                    .extracting(AgentEvent::sequence)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, events.size()).boxed().toList());
            assertThat(events.stream().filter(event -> event.type() == EventType.OPERATION_SETTLED))
                    .extracting(AgentEvent::operationId)
                    .doesNotHaveDuplicates();
        });
    }

    /** As if the 40 seconds had passed for which its sender holds a notice. */
    private void endLeaseOfNotices() throws SQLException {
        try (Connection connection = Databases.postgres().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE \"" + schema + "\".outbox SET lease_until = now()");
        }
    }

    private Report survivorFinishes() {
        Launchpad here = survivor();
        return here.operation(operation().id()).await(PATIENCE);
    }

    private Launchpad survivor() {
        return launchpad(2);
    }

    private Launchpad launchpad(int workers) {
        return launchpad(workers, Duration.ZERO);
    }

    private Launchpad launchpad(int workers, Duration ahead) {
        Launchpad here = WorkerProcess.launchpad(store, log(), Point.NEVER, workers, "survivor", ahead, LONG_LEASE);
        launchpads.add(here);
        return here;
    }

    private OperationRow operation() {
        return store.<OperationRow>read(
                tables -> tables.operations().list(null, null, 1).get(0));
    }

    private List<AgentEvent> events() {
        return store.<List<AgentEvent>>read(
                tables -> tables.events().list(operation().agentId(), 1, 1_000));
    }

    private List<String> done(String what) throws IOException {
        return Files.exists(log())
                ? Files.readAllLines(log()).stream()
                        .filter(line -> line.startsWith(what))
                        .toList()
                : List.of();
    }

    private Path log() {
        return folder.resolve("effects.log");
    }

    /** Starts a process, and returns when it stands where it was told to stop, or is up where it never stops. */
    private Process startAndAwait(Point point, String what) throws IOException {
        return startAndAwait(point, what, Duration.ZERO);
    }

    private Process startAndAwait(Point point, String what, Duration ahead) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(),
                        Databases.postgresUrl(),
                        schema,
                        log().toString(),
                        point.name(),
                        what,
                        String.valueOf(ahead.toSeconds()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String awaited = point == Point.NEVER ? "UP" : "AT " + point;
        String line = said.readLine();
        while (line != null && !line.equals(awaited)) {
            line = said.readLine();
        }
        assertThat(line).as("the process came there").isEqualTo(awaited);
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
