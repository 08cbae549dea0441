package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess.Request;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the local platform does beyond the laws that all platforms keep, with processes of a stand-in for the runner. */
class LocalPlatformTest {

    private static final String SECRET = "planted-\"quoted\"-0123456789";

    @TempDir
    Path folder;

    private LocalPlatform platform;
    private LocalAgent ada;

    @BeforeEach
    void open() {
        platform = LocalPlatform.under(folder.resolve("home"));
        ada = new LocalAgent(platform, "ada", Secrets.of("TEST_SECRET", SECRET));
    }

    @AfterEach
    void close() {
        ada.delete();
        platform.close();
    }

    // Surroundings

    @Test
    void an_agent_sees_what_it_needs_and_nothing_else_of_the_launchers_environment() {
        ada.running(1, project("{}"));

        Map<String, Object> seen = ada.ask("/env");

        String data = folder.resolve("home/agents/" + ada.id + "/data").toString();
        assertThat(seen)
                .containsEntry("TEST_SECRET", SECRET)
                .containsEntry("LAUNCHPAD_SETTINGS", "TEST_SECRET")
                .containsEntry("LAUNCHPAD_SECRETS", "TEST_SECRET,ELIZA_SERVER_AUTH_TOKEN,SERVER_API_KEY,SECRET_SALT")
                .containsEntry("LAUNCHPAD_PARENT", "stdin")
                .containsEntry("SERVER_HOST", "127.0.0.1")
                .containsEntry("ELIZA_DATA_DIR", data)
                .containsEntry("HOME", data)
                .containsEntry("SENTRY_DSN", "off");
        assertThat(seen.get("ELIZA_SERVER_AUTH_TOKEN")).isEqualTo(seen.get("SERVER_API_KEY"));
        assertThat(seen.keySet())
                .allMatch(
                        name -> name.matches("PATH|LANG|LC_.*|TZ|TMPDIR|.*_(proxy|PROXY)|NODE_(USE|EXTRA).*|SSL_CERT_.*"
                                + "|TEST_SECRET|SERVER_.*|ELIZA_.*|SENTRY_DSN|LOG_JSON_FORMAT|HOME|PGLITE_DATA_DIR|SECRET_SALT"
                                + "|LAUNCHPAD_.*|__CF_USER_TEXT_ENCODING"));
    }

    @Test
    void no_secret_is_an_argument_and_the_heap_follows_the_memory_limit() {
        ada.running(1, project("{}"));

        assertThat(ada.ask("/args").toString()).doesNotContain("planted").contains("--max-old-space-size=768");
    }

    @Test
    void secrets_stand_in_their_own_files_only_and_all_files_are_for_this_user_only() throws IOException {
        ada.running(1, project("{\"say\":[\"ready to talk\"]}"));
        platform.accepted(ada.release(1, project("{}")));

        try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
            for (Path file : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(mode).as(file.toString()).matches(".{3}------");
                boolean secrets = file.getParent().endsWith("secrets");
                if (Files.isRegularFile(file) && !secrets) {
                    assertThat(Files.readString(file)).as(file.toString()).doesNotContain("planted-");
                }
            }
        }
        assertThat(ada.state().toString()).doesNotContain("planted");
        assertThat(platform.files(ada.id).identity().toString())
                .doesNotContain(platform.files(ada.id).identity().token());
    }

    @Test
    void identity_is_kept_for_life_and_differs_between_agents() {
        ada.running(1, project("{}"));
        Object salt = ada.ask("/env").get("SECRET_SALT");
        Release again = ada.release(2, project("{}"), new Release.Run(1, 2));
        ada.apply(again);
        ada.awaitReady(again);
        LocalAgent bob = new LocalAgent(platform, "bob", Secrets.none());
        try {
            bob.running(1, project("{}"));

            assertThat(ada.ask("/env")).containsEntry("SECRET_SALT", salt);
            assertThat(bob.ask("/env").get("SECRET_SALT")).isNotEqualTo(salt);
        } finally {
            bob.delete();
        }
    }

    // Ports

    @Test
    void the_address_stays_over_a_restart_and_a_stop() {
        ada.running(1, project("{}"));
        URI before = platform.access().url(ada.id).orElseThrow();

        ada.apply(ada.release(2, project("{}"), new Release.Run(0, 1)));
        Release back = ada.release(3, project("{\"variant\":2}"), new Release.Run(1, 2));
        ada.apply(back);
        ada.awaitReady(back);

        assertThat(platform.access().url(ada.id)).contains(before);
    }

    @Test
    void a_port_that_was_taken_meanwhile_is_replaced() throws IOException {
        ada.running(1, project("{}"));
        int before = ada.state().port();
        ada.apply(ada.release(2, project("{}"), new Release.Run(0, 1)));

        try (ServerSocket taken = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
            ada.running(3, project("{}"));
            assertThat(ada.state().port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void a_stopped_agent_keeps_its_port_from_others() {
        ada.running(1, project("{}"));
        int kept = ada.state().port();
        ada.apply(ada.release(2, project("{}"), new Release.Run(0, 1)));

        assertThat(PortPicker.pick(kept, java.util.Set.of(kept))).isNotEqualTo(kept);
        assertThat(platform.portsOfOthers(new LocalAgent(platform, "bob", Secrets.none()).id))
                .containsExactly(kept);
    }

    @Test
    void what_is_no_agent_beside_the_agents_keeps_none_from_starting() throws IOException {
        ada.running(1, project("{}"));
        Path agents = folder.resolve("home/agents");
        Files.writeString(agents.resolve(".DS_Store"), "");
        Files.writeString(agents.resolve("a-file"), "");
        Files.createDirectory(agents.resolve(ada.id + ".bak"));

        ada.running(2, project("{\"variant\":2}"));
    }

    @Test
    void an_agent_whose_port_is_taken_while_it_starts_is_moved_to_another() throws IOException {
        Path go = folder.resolve("listen");
        Release release = ada.release(1, project("{\"listenWhen\":\"" + go + "\"}"));
        ada.apply(release);

        try (ServerSocket taken = new ServerSocket(ada.state().port(), 1, InetAddress.getLoopbackAddress())) {
            Files.createFile(go);
            Observation facts = ada.awaitReady(release);

            assertThat(ada.state().port()).isNotEqualTo(taken.getLocalPort());
            assertThat(facts.instances()).extracting(Instance::restarts).containsExactly(1);
        }
    }

    @Test
    void an_answer_of_another_process_does_not_count() {
        Release release = ada.release(1, project("{\"pid\":1,\"say\":[\"up\"]}"));
        ada.apply(release);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> logs().contains("up"));

        assertThat(ada.judge(release).kind()).isEqualTo(Judgement.Kind.WAITING);
    }

    // Ends

    @Test
    void a_failed_start_is_told_in_the_runners_own_words() {
        Release release = ada.release(
                1, project("{\"fail\":[\"PLUGIN_INIT_FAILED\",\"Plugin x failed to start.\",\"Correct x.\"]}"));
        ada.apply(release);

        Trouble doom = ada.awaitDoom(release).doom();

        assertThat(doom.code()).isEqualTo("PLUGIN_INIT_FAILED");
        assertThat(doom.message()).isEqualTo("Plugin x failed to start.");
        assertThat(doom.fix()).isEqualTo("Correct x.");
        assertThat(doom.lastLines()).hasSize(1);
    }

    @Test
    void an_end_without_a_word_is_told_with_its_exit_code_and_last_lines_and_no_secret() {
        Release release = ada.release(1, project("{\"sayThenDie\":\"my key is $SECRET, bye\"}"));
        ada.apply(release);

        Trouble doom = ada.awaitDoom(release).doom();

        assertThat(doom.code()).isEqualTo("EXITED");
        assertThat(doom.message()).contains("exit code 7");
        assertThat(doom.lastLines()).containsExactly("my key is ***, bye");
        assertThat(logs()).noneMatch(line -> line.contains("planted"));
    }

    @Test
    void a_killed_agent_is_said_to_be_killed() {
        Release release = ada.release(1, project("{\"killed\":true}"));
        ada.apply(release);

        assertThat(ada.awaitDoom(release).doom())
                .returns("KILLED", Trouble::code)
                .matches(trouble -> trouble.message().contains("memory"));
    }

    @Test
    void an_agent_that_runs_out_of_heap_is_told_to_get_more_memory() {
        Release release = ada.release(
                1,
                project(
                        "{\"sayThenDie\":\"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\"}"));
        ada.apply(release);

        assertThat(ada.awaitDoom(release).doom())
                .returns("OUT_OF_MEMORY", Trouble::code)
                .matches(trouble -> trouble.fix().contains("resources.memory"));
    }

    @Test
    void the_words_of_an_earlier_start_are_not_taken_for_those_of_this_one() {
        Release broken = ada.release(1, project("{\"fail\":[\"OLD\",\"old\",\"old.\"]}"));
        ada.apply(broken);
        ada.awaitDoom(broken);

        Release next = ada.release(2, project("{\"sayThenDie\":\"new\"}"));
        ada.apply(next);

        assertThat(ada.awaitDoom(next).doom())
                .returns("EXITED", Trouble::code)
                .returns(List.of("new"), Trouble::lastLines);
    }

    @Test
    void the_end_of_a_running_agent_is_noticed() {
        Release release = ada.running(1, project("{\"say\":[\"hello\"]}"));
        List<Observation> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (var watch = platform.watch(release, heard::add)) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !heard.isEmpty());

            ada.process().destroyForcibly();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> heard.get(heard.size() - 1).instances().stream()
                            .anyMatch(each ->
                                    each.trouble() != null && each.trouble().fatal()));
        }
    }

    @Test
    void an_agent_that_does_not_listen_is_killed_with_the_processes_it_started() {
        LocalAgent deaf = ada.on(platform.grace(Duration.ofMillis(300)));
        Release release = deaf.running(1, project("{\"deaf\":true,\"child\":true}"));
        ProcessHandle process = deaf.process();
        List<ProcessHandle> family = process.descendants().toList();
        assertThat(family).isNotEmpty();

        deaf.apply(deaf.release(2, release.artifact(), new Release.Run(0, 1)));

        assertThat(Processes.lives(process)).isFalse();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> family.stream().noneMatch(Processes::lives));
        platform = deaf.platform;
        ada = deaf;
    }

    @Test
    void a_cancel_while_the_old_process_ends_leaves_nothing_that_ends_for_running() throws Exception {
        // The process ends when this test says so, and is not killed before.
        platform = platform.grace(Duration.ofMinutes(1));
        ada = ada.on(platform);
        Path end = folder.resolve("end");
        Release good = ada.running(1, project("{\"endsWhen\":\"" + end + "\"}"));
        ProcessHandle before = ada.process();
        TestWork work = TestWork.of();
        CompletableFuture<List<String>> stopping = CompletableFuture.supplyAsync(() ->
                platform.apply(ada.release(2, good.artifact(), new Release.Run(0, 1)), TestFence.holding(), work));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> signals() == 1);
        work.cancel();
        // Law 8 says a second; a machine that is busy with other things is given more.
        assertThatThrownBy(() -> stopping.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);

        TestWork again = TestWork.within(Duration.ofMinutes(5));
        CompletableFuture<List<String>> starting =
                CompletableFuture.supplyAsync(() -> platform.apply(good, TestFence.holding(), again));
        // It finds the process alive, and waits for its end.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> again.said().stream().anyMatch(line -> line.startsWith("Stopping process")));
        assertThat(Processes.lives(before)).isTrue();
        Files.createFile(end);
        starting.get(1, TimeUnit.MINUTES);
        ada.awaitReady(good);

        assertThat(ada.process()).isNotEqualTo(before);
        assertThat(signals())
                .as("a second signal would cut the first one's work")
                .isEqualTo(1);
    }

    @Test
    void an_agent_that_was_to_be_asked_but_never_was_ends_in_its_own_way() throws IOException {
        LocalAgent left = ada.on(platform.grace(Duration.ofSeconds(3)));
        Release good = left.running(1, project("{\"endsAfterMs\":50}"));
        // As a launcher leaves it that is killed between the two.
        platform.files(ada.id).write(left.state().askedToEnd());

        left.apply(left.release(2, good.artifact(), new Release.Run(0, 1)));

        assertThat(signals()).isEqualTo(1);
        assertThat(logs()).anyMatch(line -> line.contains("stopping"));
        platform = left.platform;
        ada = left;
    }

    private long signals() throws IOException {
        try (Stream<String> log = Files.lines(platform.files(ada.id).log())) {
            return log.filter(line -> line.contains("SIGTERM ")).count();
        }
    }

    // Refusals come before anything is stopped

    @Test
    void a_release_that_cannot_be_started_leaves_the_running_one_alone() {
        Release good = ada.running(1, project("{}"));
        String before = ada.state().process();

        Release noProject = ada.release(2, new Artifact.Project("sha256:0", folder.resolve("nowhere")));
        assertThatThrownBy(() -> ada.apply(noProject))
                .isInstanceOf(DeployException.class)
                .extracting(e -> ((LaunchpadException) e).code())
                .isEqualTo("PROJECT_MISSING");
        Release noSecrets = new Release(
                ada.id,
                3,
                ada.spec,
                good.artifact(),
                good.objects(),
                "v0000000000000000",
                good.run(),
                good.createdAt());
        assertThatThrownBy(() -> ada.apply(noSecrets)).isInstanceOf(NotFoundException.class);
        Release twoCopies = ada.release(4, good.artifact(), new Release.Run(2, 1));
        assertThatThrownBy(() -> ada.apply(twoCopies)).isInstanceOf(DeployException.class);
        LocalAgent withoutNode =
                ada.on(LocalPlatform.under(folder.resolve("home")).node(folder.resolve("no-node")));
        Release other = withoutNode.release(5, project("{\"variant\":5}"));
        assertThatThrownBy(() -> withoutNode.apply(other)).hasMessageContaining("no-node");

        assertThat(ada.state().process()).isEqualTo(before);
        assertThat(ada.process()).matches(Processes::lives);
        withoutNode.platform.close();
    }

    @Test
    void a_fence_that_falls_in_the_middle_ends_the_work_there() {
        ada.running(1, project("{}"));
        Release next = ada.release(2, project("{\"variant\":2}"));

        assertThatThrownBy(() -> platform.apply(next, TestFence.fallingAfter(1), TestWork.of()))
                .hasMessageContaining("Another worker");

        assertThat(platform.observe(next, TestWork.of()).instances()).isEmpty();
        ada.apply(next);
        ada.awaitReady(next);
    }

    @Test
    void preflight_names_every_refusal_at_once() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (LocalPlatform broken = LocalPlatform.under(file.resolve("home")).node(folder.resolve("no-node"))) {
            assertThatThrownBy(() -> broken.preflight(ada.id, ada.spec, TestWork.of()))
                    .hasMessageContaining("no-node")
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("Fix: ");
            assertThatThrownBy(() -> broken.check(TestWork.of())).hasMessageContaining("no-node");
        }
        assertThat(platform.preflight(ada.id, ada.spec, TestWork.of())).isEmpty();
        assertThat(platform.check(TestWork.of())).isEmpty();
        assertThat(folder.resolve("home")).as("preflight touches nothing").doesNotExist();
    }

    @Test
    void a_node_that_is_none_or_too_old_is_named() throws IOException {
        Path old = script("echo node 18.20.0 $0");
        Path none = script("echo hello");
        try (LocalPlatform tooOld = LocalPlatform.under(folder.resolve("home")).node(old);
                LocalPlatform notNode =
                        LocalPlatform.under(folder.resolve("home")).node(none)) {
            assertThatThrownBy(() -> tooOld.check(TestWork.of()))
                    .hasMessageContaining("18.20.0")
                    .extracting(e -> ((LaunchpadException) e).code())
                    .isEqualTo("NODE_TOO_OLD");
            assertThatThrownBy(() -> notNode.check(TestWork.of()))
                    .extracting(e -> ((LaunchpadException) e).code())
                    .isEqualTo("NODE_MISSING");
        }
    }

    @Test
    void windows_is_refused_with_a_way_out() {
        assertThatThrownBy(() -> LocalPlatform.refuseWindows("Windows 11"))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("Windows 11")
                .hasMessageContaining("Subsystem for Linux");
        LocalPlatform.refuseWindows("Mac OS X");
        LocalPlatform.refuseWindows("Linux");
    }

    // The embedded database

    @Test
    void the_database_is_copied_before_the_dependencies_change_and_put_back_with_the_release_before()
            throws IOException {
        Release first = ada.running(1, database("one", "lock 1"));
        platform.accepted(first);
        Release second = ada.release(2, database("two", "lock 2"));

        List<String> warnings = ada.apply(second);
        ada.awaitReady(second);

        assertThat(warnings).singleElement().asString().contains("copied to");
        assertThat(rows()).containsExactly("one", "two");
        assertThat(ada.apply(first)).singleElement().asString().contains("again as it was");
        ada.awaitReady(first);
        assertThat(rows()).as("the copy, and the start after it").containsExactly("one", "one");
    }

    @Test
    void a_database_is_not_put_back_once_the_release_was_accepted() throws IOException {
        Release first = ada.running(1, database("one", "lock 1"));
        platform.accepted(first);
        Release second = ada.running(2, database("two", "lock 2"));
        platform.accepted(second);

        Release third = ada.release(3, database("one", "lock 1"));
        ada.apply(third);
        ada.awaitReady(third);

        assertThat(rows()).containsExactly("one", "two", "one");
    }

    @Test
    void going_back_without_a_change_of_dependencies_says_that_data_was_kept() throws IOException {
        Release first = ada.running(1, database("one", "lock 1"));
        platform.accepted(first);
        ada.running(2, database("two", "lock 1"));

        assertThat(ada.apply(first)).singleElement().asString().contains("data that release 2 stored was kept");

        ada.awaitReady(first);
        assertThat(rows()).containsExactly("one", "two", "one");
        assertThat(folder.resolve("home/agents/" + ada.id + "/backups")).doesNotExist();
    }

    @Test
    void the_last_three_copies_are_kept() {
        for (int i = 1; i <= 6; i++) {
            Release release = ada.running(i, database("row", "lock " + i));
            platform.accepted(release);
        }

        assertThat(LocalFiles.names(folder.resolve("home/agents/" + ada.id + "/backups")))
                .hasSize(3)
                .allMatch(name -> name.matches(".*-revision-[345]"));
    }

    // The road

    @Test
    void a_request_carries_the_agents_token_and_its_body() {
        ada.running(1, project("{}"));

        Map<String, Object> echo = Map.copyOf(ask(Request.post("/echo?a=b", "{\"x\":\"ü\"}")));

        assertThat(echo)
                .containsEntry("method", "POST")
                .containsEntry("url", "/echo?a=b")
                .containsEntry("body", "{\"x\":\"ü\"}")
                .containsEntry("key", platform.files(ada.id).identity().token());
    }

    @Test
    void a_request_ends_with_its_cancel() throws Exception {
        ada.running(1, project("{}"));
        TestWork work = TestWork.of();
        CompletableFuture<Object> call =
                CompletableFuture.supplyAsync(() -> platform.access().send(ada.id, Request.get("/never"), work));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ada.ask("/sent").get("sent").equals(1));

        work.cancel();

        // Law 8 says a second; a machine that is busy with other things is given more.
        assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancelledException.class);
    }

    @Test
    void a_request_that_breaks_off_is_never_sent_twice() {
        ada.running(1, project("{}"));

        assertThatThrownBy(() -> platform.access().send(ada.id, Request.post("/break", "{}"), TestWork.of()))
                .isInstanceOf(UnreachableException.class);

        assertThat(ada.ask("/sent")).containsEntry("sent", 1);
    }

    // Several at once

    @Test
    void two_handles_that_apply_at_once_take_turns_and_leave_one_process() throws Exception {
        LocalAgent other = ada.on(LocalPlatform.under(folder.resolve("home")));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Object>> applies = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                LocalAgent mine = i % 2 == 0 ? ada : other;
                Release release = mine.release(i, project("{\"variant\":" + i + "}"));
                applies.add(() -> mine.apply(release));
            }
            for (Future<Object> done : pool.invokeAll(applies)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }

        String log = String.join("\n", logs());
        List<Long> alive = ProcessHandle.current()
                .descendants()
                .filter(Processes::lives)
                .filter(each -> each.info().commandLine().orElse("").contains("max-old-space-size"))
                .map(ProcessHandle::pid)
                .toList();
        assertThat(alive).as(log).containsExactly(ada.process().pid());
        other.platform.close();
    }

    @Test
    void many_agents_start_side_by_side_on_ports_of_their_own() throws Exception {
        int count = 8;
        Artifact project = project("{}");
        List<LocalAgent> agents = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Release>> starts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                LocalAgent agent = new LocalAgent(platform, "agent-" + i, Secrets.none());
                agents.add(agent);
                starts.add(() -> agent.running(1, project));
            }
            for (Future<Release> done : pool.invokeAll(starts)) {
                done.get();
            }
            assertThat(agents.stream().map(agent -> agent.state().port()).distinct())
                    .hasSize(count);
        } finally {
            pool.shutdownNow();
            agents.forEach(LocalAgent::delete);
        }
    }

    @Test
    void memory_and_cpu_are_reported() {
        Release release = ada.running(1, project("{}"));

        Observation facts = platform.observe(release, TestWork.of());

        assertThat(facts.use()).isNotNull();
        assertThat(facts.use().memoryBytes()).isBetween(5L << 20, 1L << 30);
    }

    private Artifact project(String behaviour) {
        return FakeProject.below(folder, behaviour, "{}");
    }

    private Artifact database(String row, String dependencies) {
        return FakeProject.below(folder, "{\"database\":\"" + row + "\"}", dependencies);
    }

    private List<String> rows() throws IOException {
        return Files.readAllLines(folder.resolve("home/agents/" + ada.id + "/data/.elizadb/rows"));
    }

    private Path script(String line) throws IOException {
        Path file = Files.createTempFile(folder, "node", "");
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private List<String> logs() {
        List<String> lines = new ArrayList<>();
        platform.access()
                .logs(
                        ada.id,
                        new io.agentlaunchpad.spi.AgentAccess.LogQuery(-1, null, false),
                        lines::add,
                        TestWork.of());
        return lines;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> ask(Request request) {
        try {
            return io.agentlaunchpad.internal.Json.mapper()
                    .readValue(
                            platform.access()
                                    .send(ada.id, request, TestWork.of())
                                    .body(),
                            Map.class);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
