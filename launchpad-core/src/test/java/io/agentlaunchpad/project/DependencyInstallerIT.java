package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.FreePort;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.UnreachableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real npm client and the registry that this machine uses. */
class DependencyInstallerIT {

    private static final String OPENAI = "@elizaos/plugin-openai";

    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    /** What two processes and four threads said that installed the core set together, for all tests that need it whole. */
    private static final ConcurrentLinkedQueue<String> SAID = new ConcurrentLinkedQueue<>();

    private static final List<Path> INSTALLED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void install_the_core_set_from_many_sides() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Lock lock = Samples.coreLock();
        long start = System.nanoTime();
        try {
            List<Process> processes = List.of(
                    InstallMain.process(shared, OPENAI).start(),
                    InstallMain.process(shared, OPENAI).start());
            List<Future<?>> here = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                here.add(threads.submit(() -> {
                    Bounds bounds = minutes(5).telling(SAID::add);
                    try (Dependencies core = installer(shared, Map.of()).install(lock, Target.host(), bounds)) {
                        INSTALLED.add(core.nodeModules());
                    }
                }));
            }
            for (Process process : processes) {
                List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
                SAID.addAll(lines);
            }
            for (Future<?> done : here) {
                done.get(5, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        System.out.printf(
                "cold install: %d packages, %d MB estimated, %d ms%n",
                lock.packageCount(), lock.estimatedBytes() >> 20, since(start));
    }

    @Test
    void threads_and_processes_that_start_together_install_once() {
        Path installed = INSTALLED.get(0);
        assertThat(INSTALLED).hasSize(4).containsOnly(installed);
        assertThat(SAID).filteredOn(line -> line.equals("DONE " + installed)).hasSize(2);
        assertThat(SAID).filteredOn(line -> line.startsWith("installing ")).hasSize(1);
        assertThat(leftovers(shared)).isEmpty();
    }

    @Test
    void an_installation_holds_what_the_lock_says_and_neither_links_nor_programs() throws IOException {
        Lock lock = Samples.coreLock();
        try (Dependencies core = installer(shared, Map.of()).install(lock, Target.host(), minutes(1))) {
            assertThat(core.bytes()).isBetween(lock.estimatedBytes() / 3, lock.estimatedBytes());
            try (Stream<Path> walk = Files.walk(core.nodeModules())) {
                assertThat(walk.filter(file -> Files.isSymbolicLink(file) || file.endsWith(".bin")))
                        .isEmpty();
            }
            assertThat(core.nodeModules().resolve("@elizaos/core/package.json")).exists();
            assertThat(core.nodeModules().resolve("bun")).doesNotExist();
        }
    }

    @Test
    void a_warm_installation_needs_neither_npm_nor_network() {
        Npm none = Npm.onPath(Map.of("PATH", "/nowhere"));
        DependencyInstaller installer = new DependencyInstaller(none, cache(shared));
        Lock lock = Samples.coreLock();
        assertThat(installer.isInstalled(lock, Target.host())).isTrue();
        long start = System.nanoTime();
        installer.install(lock, Target.host(), minutes(1)).close();
        System.out.printf("warm install: %d ms%n", since(start));
    }

    @Test
    void the_real_agent_runs_from_a_project_whose_dependencies_are_a_link() throws Exception {
        AgentSpec spec = AgentSpec.named("linked").bio("Starts from a link").build();
        Lock lock = Samples.lock(spec);
        Path project = temp.resolve("agent");
        AgentProject.of(spec, lock).writeTo(project);
        try (Dependencies core = installer(shared, Map.of()).install(lock, Target.host(), minutes(5))) {
            core.linkInto(project);
        }
        Trees.Size before = Trees.size(project.resolve("node_modules").toRealPath());
        int port = FreePort.any();
        Path log = temp.resolve("agent.log");
        ProcessBuilder agent = new ProcessBuilder(Npm.onPath().node().toString(), "runner")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        agent.environment().put("SERVER_PORT", Integer.toString(port));
        agent.environment().put("ELIZA_DATA_DIR", temp.resolve("data").toString());
        Process process = agent.start();
        try {
            // The server takes an offer of HTTP/2 for a websocket and never answers.
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            await().atMost(Duration.ofMinutes(4))
                    .failFast(() -> assertThat(process.isAlive())
                            .as("alive: %s", Files.readString(log))
                            .isTrue())
                    .ignoreExceptions()
                    .until(() -> http.send(ready, HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == 200);
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Files.readString(log)).doesNotContain("DEPENDENCIES_BROKEN");
        assertThat(Trees.size(project.resolve("node_modules").toRealPath()))
                .as("nothing was written into the shared entry")
                .isEqualTo(before);
    }

    @Test
    void an_empty_database_is_made_once_and_linked_into_each_project() throws IOException {
        Path one = Files.createDirectory(temp.resolve("one"));
        Path two = Files.createDirectory(temp.resolve("two"));
        try (Dependencies core = installer(shared, Map.of()).install(Samples.coreLock(), Target.host(), minutes(1))) {
            new EmptyDatabase(Npm.onPath(), cache(shared)).linkInto(one, core, minutes(1));
            Npm none = Npm.onPath(Map.of("PATH", "/nowhere"));
            new EmptyDatabase(none, cache(shared)).linkInto(two, core, minutes(1));
            new EmptyDatabase(none, cache(shared)).linkInto(two, core, minutes(1));
        }

        Path made = one.resolve("empty-database").toRealPath();
        assertThat(two.resolve("empty-database").toRealPath()).isEqualTo(made);
        assertThat(made.resolve("data/PG_VERSION")).isRegularFile();
    }

    @Test
    void where_no_empty_database_can_be_made_the_launch_goes_on_and_hears_of_it() {
        try (Dependencies tiny =
                installer(temp.resolve("cache"), Map.of()).install(tiny(), Target.host(), minutes(2))) {
            new EmptyDatabase(Npm.onPath(), cache(temp.resolve("cache")))
                    .linkInto(temp, tiny, minutes(1).telling(heard::add));
        }
        try (Dependencies core = installer(shared, Map.of()).install(Samples.coreLock(), Target.host(), minutes(1))) {
            new EmptyDatabase(Npm.onPath(Map.of("PATH", "/nowhere")), cache(temp.resolve("cache")))
                    .linkInto(temp, core, minutes(1).telling(heard::add));
        }

        assertThat(heard)
                .filteredOn(line -> line.startsWith("no empty database at hand"))
                .hasSize(2)
                .anyMatch(line -> line.contains("Node.js was not found"));
        assertThat(temp.resolve("empty-database")).doesNotExist();
    }

    @Test
    void a_killed_installation_leaves_nothing_visible_and_no_process_and_the_next_one_succeeds() throws Exception {
        Path cache = temp.resolve("cache");
        try (AgingRegistry registry = new AgingRegistry("cors", "2.8.5")) {
            registry.holdArchive("vary");
            Map<String, String> environment = registry(registry.address());
            ProcessBuilder command = InstallMain.process(cache);
            command.environment().putAll(environment);
            Process victim = command.start();
            await().atMost(Duration.ofMinutes(2)).until(() -> half(cache) && registry.isHolding());
            List<ProcessHandle> children = victim.descendants().toList();
            assertThat(children).isNotEmpty();
            victim.destroyForcibly().waitFor();
            await().atMost(Duration.ofSeconds(30)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(installer(cache, environment).isInstalled(tiny(), Target.host()))
                    .isFalse();
            assertThat(leftovers(cache)).isNotEmpty();

            registry.answerAll();
            installer(cache, environment)
                    .install(tiny(), Target.host(), minutes(2))
                    .close();
            assertThat(leftovers(cache)).isEmpty();
        }
    }

    /** Whether some of the packages lie in the draft. */
    private static boolean half(Path cache) {
        return Files.isDirectory(cache.resolve("dependencies/.tmp"))
                && leftovers(cache).stream().anyMatch(left -> Files.isDirectory(left.resolve("node_modules")));
    }

    @Test
    void an_unreachable_registry_is_said_soon_and_may_be_tried_again() {
        DependencyInstaller installer = installer(temp.resolve("cache"), registry("http://127.0.0.1:1"));
        long start = System.nanoTime();
        assertThatThrownBy(() -> installer.install(tiny(), Target.host(), minutes(2)))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("ECONNREFUSED")
                .hasMessageContaining("npm config get registry");
        System.out.printf("unreachable registry: said after %d ms%n", since(start));
        assertThat(leftovers(temp.resolve("cache"))).isEmpty();
    }

    @Test
    void a_registry_that_never_answers_ends_with_the_deadline_or_with_a_cancel() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Npm npm = npm(registry("http://127.0.0.1:" + silent.getLocalPort()));
            DependencyInstaller installer = new DependencyInstaller(npm, cache(temp.resolve("cache")));
            // What precedes the request asks no registry: it must leave most of the time, on a slow machine too.
            long start = System.nanoTime();
            npm.check();
            npm.patience(temp, minutes(2));
            Duration enough = Duration.ofMillis(Math.max(15_000, 5 * since(start)));
            assertThatThrownBy(() -> installer.install(tiny(), Target.host(), Bounds.within(enough)))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("did not answer");

            AtomicBoolean cancelled = new AtomicBoolean();
            long[] at = new long[1];
            Thread canceller = new Thread(() -> {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> heard.stream().anyMatch(line -> line.startsWith("installing")));
                at[0] = System.nanoTime();
                cancelled.set(true);
            });
            canceller.start();
            Bounds bounds = minutes(1).telling(heard::add).cancelledBy(cancelled::get);
            assertThatThrownBy(() -> installer.install(tiny(), Target.host(), bounds))
                    .isInstanceOf(CancelledException.class);
            // Law 8 says a second; a machine that is busy with other things is given more.
            assertThat(since(at[0])).isLessThan(5_000);
        }
        assertThat(leftovers(temp.resolve("cache"))).isEmpty();
    }

    @Test
    void dependencies_for_another_system_stand_beside_those_for_this_one() {
        DependencyInstaller installer = installer(temp.resolve("cache"), Map.of());
        try (Dependencies here = installer.install(tiny(), Target.host(), minutes(2));
                Dependencies there = installer.install(tiny(), new Target("linux", "arm64", "musl"), minutes(2))) {
            assertThat(there.nodeModules()).isNotEqualTo(here.nodeModules());
            assertThat(there.nodeModules().resolve("cors/package.json")).exists();
        }
    }

    @Test
    void a_persons_npm_settings_do_not_change_what_is_installed() throws IOException {
        Path settings = Files.writeString(temp.resolve("npmrc"), """
                package-lock=false
                save=false
                global=true
                dry-run=true
                install-strategy=nested
                legacy-peer-deps=true
                strict-peer-deps=true
                ignore-scripts=false
                bin-links=true
                loglevel=silent
                """);
        DependencyInstaller strange =
                installer(temp.resolve("cache"), Map.of("npm_config_userconfig", settings.toString()));
        try (Dependencies theirs = strange.install(tiny(), Target.host(), minutes(2));
                Dependencies ours =
                        installer(temp.resolve("other"), Map.of()).install(tiny(), Target.host(), minutes(2))) {
            assertThat(Trees.size(theirs.nodeModules())).isEqualTo(Trees.size(ours.nodeModules()));
        }
    }

    @Test
    void a_lock_whose_package_does_not_exist_fails_with_npms_words() {
        String lockfile = tiny().packageLock().replace("2.8.5", "2.8.99");
        Lock broken = lock(lockfile);
        assertThatThrownBy(() -> installer(temp.resolve("cache"), Map.of()).install(broken, Target.host(), minutes(2)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("cors");
        assertThat(leftovers(temp.resolve("cache"))).isEmpty();
    }

    @Test
    void what_npm_knows_already_is_not_asked_for_again_unless_it_is_too_old() throws Exception {
        try (AgingRegistry registry = new AgingRegistry("cors", "2.8.5")) {
            Map<String, String> environment = registry(registry.address());
            DependencyInstaller installer = installer(temp.resolve("cache"), environment);
            registry.beforeItWasPublished(true);
            assertThatThrownBy(() -> installer.install(tiny(), Target.host(), minutes(2)))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("2.8.5");

            registry.beforeItWasPublished(false);
            installer.install(tiny(), Target.host(), minutes(2)).close();

            int asked = registry.asked();
            assertThat(asked).isPositive();
            installer(temp.resolve("other"), environment)
                    .install(tiny(), Target.host(), minutes(2))
                    .close();
            assertThat(registry.asked()).isEqualTo(asked);
        }
    }

    @Test
    void a_damaged_cache_of_npm_is_no_obstacle() throws IOException {
        Map<String, String> own = Map.of("npm_config_cache", temp.resolve("npm").toString());
        installer(temp.resolve("cache"), own)
                .install(tiny(), Target.host(), minutes(2))
                .close();
        try (Stream<Path> kept = Files.walk(temp.resolve("npm/_cacache/content-v2"))) {
            for (Path file : kept.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
                Files.writeString(file, "damaged");
            }
        }
        try (Dependencies again = installer(temp.resolve("other"), own).install(tiny(), Target.host(), minutes(2))) {
            assertThat(again.nodeModules().resolve("cors/package.json")).exists();
        }
    }

    static DependencyInstaller installer(Path cache, Map<String, String> extra) {
        return new DependencyInstaller(npm(extra), cache(cache));
    }

    private static Npm npm(Map<String, String> extra) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(extra);
        return Npm.onPath(environment);
    }

    /** Three small packages of the shipped lock. */
    static Lock tiny() {
        TreeMap<String, String> cors = new TreeMap<>(Map.of("cors", "2.8.5"));
        return lock(Json.write(PluginTable.shipped().lock(cors, true)));
    }

    static Bounds minutes(int minutes) {
        return Bounds.within(Duration.ofMinutes(minutes));
    }

    static List<Path> leftovers(Path cache) {
        try (Stream<Path> left = Files.list(cache.resolve("dependencies/.tmp"))) {
            return left.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Lock lock(String lockfile) {
        return new Lock("1.7.2", Runner.version(), true, new TreeMap<>(), new TreeMap<>(), lockfile, null);
    }

    private Map<String, String> registry(String address) {
        return Map.of(
                "npm_config_registry",
                address,
                "npm_config_cache",
                temp.resolve("npm").toString());
    }

    private static DependencyCache cache(Path root) {
        return new DependencyCache(root, DependencyCache.DEFAULT_MAX_BYTES);
    }

    private static long since(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
