package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AgentProjectTest {

    /** {@code mvn test -Dgolden.update=true} writes the golden files anew; read the difference before you commit it. */
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    private static final Path GOLDEN = Path.of("src/test/resources/golden/project");

    @TempDir
    Path temp;

    static Stream<Arguments> agents() {
        return Stream.of(
                Arguments.of("ada", Samples.ada()),
                Arguments.of("bot", Samples.bot()),
                Arguments.of("silent", Samples.silent()));
    }

    @ParameterizedTest
    @MethodSource("agents")
    void a_project_is_the_golden_one(String name, AgentSpec spec) throws IOException {
        Map<String, String> files = readable(AgentProject.of(spec, Samples.lock(spec)));
        Path golden = GOLDEN.resolve(name);
        if (UPDATE) {
            Trees.delete(golden);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path at = golden.resolve(goldenName(file.getKey()));
                Files.createDirectories(at.getParent());
                Files.writeString(at, file.getValue());
            }
        }
        Map<String, String> expected = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(golden)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                expected.put(golden.relativize(file).toString(), Files.readString(file));
            }
        }
        Map<String, String> actual = new TreeMap<>();
        files.forEach((path, text) -> actual.put(goldenName(path), text));
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((path, text) -> assertThat(text).as(path).isEqualTo(expected.get(path)));
    }

    @Test
    void the_same_agent_and_lock_give_the_same_digest_and_another_character_another_one() {
        AgentSpec ada = Samples.ada();
        Lock lock = Samples.lock(ada);
        String digest = AgentProject.of(ada, lock).digest();
        assertThat(digest).matches("sha256:[0-9a-f]{64}");
        assertThat(AgentProject.of(AgentSpec.fromJson(ada.toJson()), Lock.fromJson(lock.toJson()))
                        .digest())
                .isEqualTo(digest);
        assertThat(AgentProject.of(ada.toBuilder().topics("engines").build(), lock)
                        .digest())
                .isNotEqualTo(digest);
    }

    @Test
    void agents_with_the_same_plugins_share_manifest_and_lockfile() {
        AgentSpec other = Samples.ada().toBuilder().bio("Another life").build();
        AgentProject one = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        AgentProject two = AgentProject.of(other, Samples.lock(other));
        assertThat(one.files().get("package.json")).isEqualTo(two.files().get("package.json"));
        assertThat(one.files().get("package-lock.json")).isEqualTo(two.files().get("package-lock.json"));
    }

    @Test
    void the_listed_runner_files_are_those_that_ship() throws IOException {
        try (Stream<Path> there = Files.list(Path.of("src/main/resources/io/agentlaunchpad/project/runner"))) {
            assertThat(there.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Runner.FILES);
        }
    }

    @Test
    void no_generated_file_holds_a_key_or_a_value_in_the_settings_template() {
        AgentProject project = AgentProject.of(Samples.bot(), Samples.lock(Samples.bot()));
        assertThat(SecretLeaks.byShape().in(project.files())).isEmpty();
        assertThat(asText(project).values()).noneMatch(text -> text.contains("{{a") || text.contains("{{s"));
        assertThat(text(project, ".env.example").lines())
                .allMatch(line ->
                        line.isEmpty() || line.startsWith("# ") || line.matches("[A-Z0-9_]+=|SERVER_PORT=3000"));
    }

    @Test
    void a_lock_for_other_plugins_or_another_runner_is_refused() {
        assertThatThrownBy(() -> AgentProject.of(Samples.bot(), Samples.lock(Samples.ada())))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("resolve the lock anew");
        Lock lock = Samples.lock(Samples.ada());
        Lock old = new Lock(
                lock.elizaVersion(), "0ld", lock.slim(), lock.plugins(), lock.manifests(), lock.packageLock(), null);
        assertThatThrownBy(() -> AgentProject.of(Samples.ada(), old))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("withCurrentRunner");
        assertThat(old.withCurrentRunner()).isEqualTo(lock);
    }

    @Test
    void writing_twice_is_writing_once_and_touches_nothing() throws IOException {
        Path directory = temp.resolve("deep/ada");
        AgentProject project = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        project.writeTo(directory);
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(directory.resolve("character.json"), old);
        project.writeTo(directory);
        assertThat(Files.getLastModifiedTime(directory.resolve("character.json")))
                .isEqualTo(old);
        assertThat(read(directory)).isEqualTo(asText(project));
        try (Stream<Path> beside = Files.list(temp.resolve("deep"))) {
            assertThat(beside).containsExactly(directory);
        }
    }

    @Test
    void two_that_write_the_same_project_at_once_both_succeed() throws Exception {
        AgentProject project = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 5; round++) {
                Path directory = temp.resolve("round" + round);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<?>> writers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    writers.add(threads.submit(() -> {
                        start.await();
                        project.writeTo(directory);
                        return null;
                    }));
                }
                start.countDown();
                for (Future<?> writer : writers) {
                    writer.get(30, TimeUnit.SECONDS);
                }
                assertThat(read(directory)).isEqualTo(asText(project));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_older_project_is_brought_up_to_date_and_a_persons_own_files_stay() throws IOException {
        Path directory = temp.resolve("ada");
        AgentProject.of(Samples.silent(), Samples.lock(Samples.silent())).writeTo(directory);
        Files.writeString(directory.resolve(".env"), "A=b");
        Files.writeString(directory.resolve("runner/gone.js"), "");
        Files.writeString(directory.resolve("character.json"), "edited");
        AgentProject project = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        project.writeTo(directory);
        Map<String, String> expected = new TreeMap<>(asText(project));
        expected.put(".env", "A=b");
        assertThat(read(directory)).isEqualTo(expected);
    }

    @Test
    void a_directory_that_is_empty_is_used_and_one_that_holds_something_else_is_refused() throws IOException {
        AgentProject project = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        Path empty = Files.createDirectory(temp.resolve("empty"));
        project.writeTo(empty);
        assertThat(read(empty)).isEqualTo(asText(project));

        Path other = Files.createDirectory(temp.resolve("other"));
        Files.writeString(other.resolve("package.json"), "{}");
        assertThatThrownBy(() -> project.writeTo(other))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining("new or empty directory");
        assertThat(other.resolve("character.json")).doesNotExist();

        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThatThrownBy(() -> project.writeTo(file)).isInstanceOf(BuildException.class);
        assertThatThrownBy(() -> project.writeTo(file.resolve("below"))).isInstanceOf(BuildException.class);
    }

    @Test
    void nothing_is_written_through_a_link() throws IOException {
        AgentProject project = AgentProject.of(Samples.ada(), Samples.lock(Samples.ada()));
        Path directory = temp.resolve("ada");
        project.writeTo(directory);
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Trees.delete(directory.resolve("runner"));
        Files.createSymbolicLink(directory.resolve("runner"), elsewhere);
        assertThatThrownBy(() -> project.writeTo(directory)).isInstanceOf(BuildException.class);
        assertThat(elsewhere).isEmptyDirectory();
    }

    /** Everything but the runner's files, which are sources themselves; of the lockfile, what was kept. */
    private static Map<String, String> readable(AgentProject project) throws IOException {
        Map<String, String> files = new TreeMap<>(asText(project));
        files.keySet().removeIf(path -> path.startsWith("runner/"));
        JsonNode lock = Json.read(files.remove("package-lock.json"));
        List<String> packages = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : lock.path("packages").properties()) {
            packages.add(entry.getKey() + " " + entry.getValue().path("version").asText()
                    + (entry.getValue().path("optional").asBoolean() ? " optional" : ""));
        }
        files.put("package-lock.txt", String.join("\n", packages) + "\n");
        // The runner's hash changes with every change of the runner; its own test watches it.
        files.computeIfPresent(
                AgentProject.MARKER,
                (path, text) -> text.replaceAll("\"(runner|lock)\": \"[0-9a-f]+\"", "\"$1\": \"(hash)\""));
        return files;
    }

    private static String goldenName(String path) {
        return path.startsWith(".") ? "dot" + path : path;
    }

    private static Map<String, String> asText(AgentProject project) {
        Map<String, String> texts = new TreeMap<>();
        project.files().forEach((path, bytes) -> texts.put(path, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private static String text(AgentProject project, String path) {
        return asText(project).getOrDefault(path, "");
    }

    private static Map<String, String> read(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : new TreeSet<>(walk.filter(Files::isRegularFile).toList())) {
                files.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
