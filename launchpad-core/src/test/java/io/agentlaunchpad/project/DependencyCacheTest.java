package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DependencyCacheTest {

    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);
    private static final String C = "c".repeat(32);
    private static final String D = "d".repeat(32);

    @TempDir
    Path root;

    private final AtomicInteger minutes = new AtomicInteger();
    private final AtomicInteger fillings = new AtomicInteger();

    @Test
    void an_entry_is_made_once_and_found_ever_after() {
        DependencyCache cache = cache(1_000_000);
        Path first;
        try (Dependencies made = cache.obtain(A, filling(10), minute())) {
            first = made.nodeModules();
            assertThat(first.resolve("pkg/index.js")).hasSize(10);
        }
        try (Dependencies found = cache.obtain(A, filling(10), minute())) {
            assertThat(found.nodeModules()).isEqualTo(first);
            assertThat(found.bytes()).isEqualTo(10);
        }
        assertThat(fillings).hasValue(1);
        assertThat(temporary()).isEmpty();
    }

    @Test
    void sixteen_threads_that_want_one_entry_make_it_once() throws Exception {
        DependencyCache one = cache(1_000_000);
        DependencyCache other = cache(1_000_000);
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<Path>> results = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                DependencyCache cache = i % 2 == 0 ? one : other;
                results.add(threads.submit(() -> {
                    start.await();
                    try (Dependencies got = cache.obtain(A, filling(10), minute())) {
                        assertThat(got.nodeModules().resolve("pkg/index.js")).exists();
                        return got.nodeModules();
                    }
                }));
            }
            start.countDown();
            for (Future<Path> result : results) {
                assertThat(result.get(20, TimeUnit.SECONDS))
                        .isEqualTo(results.get(0).get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fillings).hasValue(1);
    }

    @Test
    void a_cache_that_is_reached_by_a_link_is_the_same_cache() throws IOException {
        Path real = Files.createDirectory(root.resolve("real"));
        Path link = Files.createSymbolicLink(root.resolve("link"), real);
        try (Dependencies one = new DependencyCache(real, 1_000_000).obtain(A, filling(10), minute());
                Dependencies two = new DependencyCache(link, 1_000_000).obtain(A, filling(10), minute())) {
            assertThat(two.nodeModules()).isEqualTo(one.nodeModules());
            assertThat(new DependencyCache(link, 0).evict()).isZero();
        }
    }

    @Test
    void a_filling_that_fails_leaves_nothing_and_the_next_one_succeeds() {
        DependencyCache cache = cache(1_000_000);
        assertThatThrownBy(() -> cache.obtain(
                        A,
                        directory -> {
                            Files.writeString(directory.resolve("half"), "half");
                            throw new BuildException("npm failed.", "try again.");
                        },
                        minute()))
                .isInstanceOf(BuildException.class);
        assertThat(cache.contains(A)).isFalse();
        assertThat(temporary()).isEmpty();
        cache.obtain(A, filling(10), minute()).close();
        assertThat(cache.contains(A)).isTrue();
    }

    @Test
    void a_full_disk_is_said_with_the_path() {
        assertThatThrownBy(() -> cache(1_000_000)
                        .obtain(
                                A,
                                directory -> {
                                    throw new IOException("No space left on device");
                                },
                                minute()))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("full")
                .hasMessageContaining(root.toString());
    }

    @Test
    void what_a_killed_installation_left_is_removed_by_the_next_of_any_key() throws IOException {
        Path left = root.resolve("dependencies/.tmp/" + B + ".dead");
        Files.createDirectories(left.resolve("node_modules/x"));
        Files.writeString(left.resolve("node_modules/x/y"), "z");
        cache(1_000_000).obtain(A, filling(10), minute()).close();
        assertThat(left).doesNotExist();
    }

    @Test
    void an_entry_without_its_marker_is_not_an_entry() throws IOException {
        Path half = root.resolve("dependencies").resolve(A).resolve("node_modules");
        Files.createDirectories(half);
        Files.writeString(half.resolve("rubbish"), "x");
        try (Dependencies made = cache(1_000_000).obtain(A, filling(10), minute())) {
            assertThat(made.nodeModules().resolve("rubbish")).doesNotExist();
            assertThat(made.nodeModules().resolve("pkg/index.js")).exists();
        }
    }

    @Test
    void the_least_recently_used_entry_goes_first_when_the_cache_grows_too_large() {
        DependencyCache cache = cache(250);
        use(cache, A);
        use(cache, B);
        use(cache, A);
        use(cache, C);
        assertThat(cache.contains(A)).isTrue();
        assertThat(cache.contains(B)).isFalse();
        assertThat(cache.contains(C)).isTrue();
    }

    @Test
    void what_people_and_their_tools_leave_in_the_cache_is_in_nobodys_way() throws IOException {
        DependencyCache cache = cache(50);
        Path project = Files.createDirectories(root.resolve("agents/ada"));
        try (Dependencies held = cache.obtain(A, filling(100), minute())) {
            held.linkInto(project);
        }
        try (Stream<Path> uses = Files.walk(root)) {
            Path used = uses.filter(path -> path.getParent().endsWith(".uses"))
                    .findFirst()
                    .orElseThrow();
            Files.write(used.resolve(".DS_Store"), new byte[] {(byte) 0xFF, 0});
            Files.writeString(used.resolveSibling("../notes.txt").normalize(), "mine");
        }

        assertThat(cache.evict()).as("the project still links to it").isZero();
    }

    @Test
    void an_entry_that_is_held_is_not_evicted() {
        DependencyCache cache = cache(150);
        try (Dependencies held = cache.obtain(A, filling(100), minute())) {
            use(cache, B);
            assertThat(held.nodeModules().resolve("pkg/index.js")).exists();
        }
        assertThat(cache.evict()).isEqualTo(100);
        assertThat(cache.contains(A)).isFalse();
    }

    @Test
    void an_entry_that_a_project_links_to_is_not_evicted_until_the_project_is_gone() throws IOException {
        DependencyCache cache = cache(50);
        Path project = Files.createDirectories(root.resolve("agents/ada"));
        try (Dependencies held = cache.obtain(A, filling(100), minute())) {
            held.linkInto(project);
            held.linkInto(project);
        }
        assertThat(project.resolve("node_modules/pkg/index.js")).hasSize(100);
        assertThat(cache.evict()).isZero();
        Trees.delete(project);
        assertThat(cache.evict()).isEqualTo(100);
    }

    @Test
    void whoever_needs_room_gets_it_also_from_a_cache_within_its_bound() throws IOException {
        DependencyCache cache = cache(1_000_000);
        Path project = Files.createDirectories(root.resolve("agents/ada"));
        try (Dependencies linked = cache.obtain(A, filling(100), minute())) {
            linked.linkInto(project);
        }
        use(cache, B);
        use(cache, C);
        use(cache, D);
        try (Dependencies held = cache.obtain(B, filling(100), minute())) {
            assertThat(cache.evict(5_000)).as("it would not be enough").isZero();
            assertThat(cache.evict(50)).isEqualTo(100);
            assertThat(cache.contains(C)).isFalse();
            assertThat(cache.contains(D)).as("no more than is needed").isTrue();
            assertThat(cache.evict(150)).as("all that nobody uses").isEqualTo(100);
            assertThat(held.nodeModules().resolve("pkg/index.js")).hasSize(100);
        }
        assertThat(project.resolve("node_modules/pkg/index.js")).hasSize(100);
        assertThat(cache.evict()).as("nobody needs room").isZero();
    }

    @Test
    void a_link_moves_from_one_entry_to_another_and_frees_the_first() throws IOException {
        DependencyCache cache = cache(1_000_000);
        Path project = Files.createDirectories(root.resolve("agents/ada"));
        try (Dependencies a = cache.obtain(A, filling(100), minute());
                Dependencies b = cache.obtain(B, filling(100), minute())) {
            a.linkInto(project);
            b.linkInto(project);
        }
        cache(150).evict();
        assertThat(cache.contains(A)).isFalse();
        assertThat(cache.contains(B)).isTrue();
    }

    @Test
    void a_directory_that_npm_made_itself_is_not_replaced_by_a_link() throws IOException {
        Path project =
                Files.createDirectories(root.resolve("agents/ada/node_modules")).getParent();
        try (Dependencies a = cache(1_000_000).obtain(A, filling(100), minute())) {
            assertThatThrownBy(() -> a.linkInto(project))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("directory of its own");
        }
    }

    @Test
    void whoever_waits_for_another_installation_can_be_cancelled() throws Exception {
        DependencyCache cache = cache(1_000_000);
        CountDownLatch filling = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Dependencies> slow = other.submit(() -> cache.obtain(
                    A,
                    directory -> {
                        filling.countDown();
                        awaitQuietly(finish);
                        filling(10).into(directory);
                    },
                    minute()));
            assertThat(filling.await(10, TimeUnit.SECONDS)).isTrue();
            AtomicBoolean cancelled = new AtomicBoolean();
            List<String> heard = new ArrayList<>();
            Bounds bounds = minute().telling(line -> {
                heard.add(line);
                cancelled.set(true);
            });
            assertThatThrownBy(() -> cache.obtain(A, filling(10), bounds.cancelledBy(cancelled::get)))
                    .isInstanceOf(CancelledException.class);
            assertThat(heard).singleElement().asString().contains("waiting");
            assertThatThrownBy(() -> cache.obtain(A, filling(10), Bounds.within(Duration.ofMillis(20))))
                    .isInstanceOf(DeadlineException.class);
            finish.countDown();
            slow.get(10, TimeUnit.SECONDS).close();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void the_users_cache_is_named_by_the_environment_or_stands_in_the_home_directory() {
        assertThat(DependencyCache.userRoot(Map.of("LAUNCHPAD_CACHE", "/big/disk"), "/home/ada"))
                .isEqualTo(Path.of("/big/disk"));
        assertThat(DependencyCache.userRoot(Map.of("HOME", "/data"), "?")).isEqualTo(Path.of("/data/.cache/launchpad"));
        assertThat(DependencyCache.userRoot(Map.of(), "?")).hasFileName("launchpad-cache");
        assertThat(DependencyCache.userRoot(Map.of(), "/home/ada")).isEqualTo(Path.of("/home/ada/.cache/launchpad"));
    }

    private void use(DependencyCache cache, String key) {
        minutes.incrementAndGet();
        cache.obtain(key, filling(100), minute()).close();
    }

    private DependencyCache cache(long maxBytes) {
        InstantSource time = () -> Instant.EPOCH.plus(Duration.ofMinutes(minutes.get()));
        return new DependencyCache(root, maxBytes, time.withZone(ZoneOffset.UTC));
    }

    private DependencyCache.Filling filling(int bytes) {
        return directory -> {
            fillings.incrementAndGet();
            Path pkg = Files.createDirectories(directory.resolve("node_modules/pkg"));
            Files.write(pkg.resolve("index.js"), new byte[bytes]);
        };
    }

    private List<Path> temporary() {
        try (Stream<Path> left = Files.list(root.resolve("dependencies/.tmp"))) {
            return left.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Bounds minute() {
        return Bounds.within(Duration.ofMinutes(1));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
