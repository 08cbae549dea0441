package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.samples.cli.Command.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Wrong input gives a sentence with a fix and exit code 2, never a stack trace. */
class WrongInputTest {

    @TempDir
    private static Path directory;

    @TestFactory
    Iterable<DynamicTest> wrong_files() throws IOException {
        Map<String, byte[]> wrong = new TreeMap<>();
        wrong.put("an empty file", bytes(""));
        wrong.put("no JSON", bytes("agentName: ada"));
        wrong.put("half of it", bytes("{\"agentName\": \"ada\", \"personality\": {"));
        wrong.put("a list", bytes("[]"));
        wrong.put("null", bytes("null"));
        wrong.put("wrong types", bytes("{\"agentName\": 7, \"personality\": [], \"resources\": \"much\"}"));
        wrong.put("unknown keys", bytes("{\"agentNam\": \"ada\", \"personality\": {\"bio\": [\"x\"], \"moods\": []}}"));
        wrong.put("UTF-16", "{\"agentName\": \"ada\"}".getBytes(StandardCharsets.UTF_16));
        wrong.put("Latin-1", "{\"agentName\": \"Ad\u00e9\u00e8\"}".getBytes(StandardCharsets.ISO_8859_1));
        wrong.put("10 MB", bytes("{\"agentName\": \"" + "a".repeat(10 << 20) + "\"}"));
        wrong.put("3,000 levels", bytes("{\"a\":".repeat(3_000) + "1" + "}".repeat(3_000)));
        wrong.put("a NUL", bytes("{\"agentName\": \"ad\\u0000a\", \"personality\": {\"bio\": [\"x\"]}}"));
        return wrong.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Path file = Files.write(directory.resolve(entry.getKey().replaceAll("\\W", "-")), entry.getValue());
                    for (String command : new String[] {"validate", "character", "launch"}) {
                        Ended said = run(command, file.toString());
                        assertThat(said.exit()).as(said.toString()).isEqualTo(2);
                        assertThat(said.err()).contains("Fix:").doesNotContain("\tat ", "Exception");
                    }
                    Ended json = run("validate", file.toString(), "--json");
                    JsonNode problems = new ObjectMapper().readTree(json.out());
                    assertThat(json.exit()).isEqualTo(2);
                    assertThat(problems).isNotEmpty().allSatisfy(problem -> {
                        assertThat(problem.path("path").asText()).startsWith("$");
                        assertThat(problem.path("problem").asText()).isNotBlank();
                        assertThat(problem.path("fix").asText()).isNotBlank();
                    });
                    assertThat(run("import-character", file.toString()).exit()).isEqualTo(2);
                }))
                .toList();
    }

    @Test
    void records_that_cannot_be_are_refused_without_showing_a_password() {
        for (String url : new String[] {"jdbc:mysql://db/x", "postgres://db/x", "jdbc:postgresql", "records"}) {
            assertThat(run("list", "--store", url)).satisfies(WrongInputTest::isRefused);
        }
        for (String url : new String[] {
            "jdbc:postgresql://db/x?user=ada&password=hunter2", "jdbc:h2:file:/tmp/x;USER=ada;PASSWORD=hunter2"
        }) {
            Ended said = run("list", "--store", url);
            assertThat(said).satisfies(WrongInputTest::isRefused);
            assertThat(said.err()).contains("LAUNCHPAD_STORE_PASSWORD").doesNotContain("hunter2");
        }
        Ended said = run("list", "--store", "jdbc:postgresql://db/x", "--doorbell", "redis://ada:hunter2@cache:6379");
        assertThat(said).satisfies(WrongInputTest::isRefused);
        assertThat(said.err()).contains("LAUNCHPAD_DOORBELL").doesNotContain("hunter2");
    }

    @Test
    void a_doorbell_needs_records_that_others_share() {
        assertThat(run("list", "--doorbell", "postgres")).satisfies(WrongInputTest::isRefused);
        assertThat(run("list", "--doorbell", "redis://cache:6379")).satisfies(WrongInputTest::isRefused);
        assertThat(run("list", "--store", "jdbc:h2:mem:x", "--doorbell", "postgres"))
                .satisfies(WrongInputTest::isRefused);
        assertThat(run("list", "--store", "jdbc:h2:mem:x", "--doorbell", "bicycle"))
                .satisfies(WrongInputTest::isRefused);
    }

    @Test
    void a_missing_file_a_directory_and_an_impossible_name_are_told_apart() {
        assertThat(run("validate", directory.resolve("nowhere.json").toString()).err())
                .contains("There is no file");
        assertThat(run("validate", directory.toString()).err()).contains("is a directory");
        assertThat(run("validate", "a\0b").exit()).isEqualTo(2);
    }

    @Test
    void unknown_commands_options_and_ids_exit_with_2() {
        assertThat(run("lunch").exit()).isEqualTo(2);
        assertThat(run().exit()).isEqualTo(2);
        assertThat(run("list", "--frobnicate").exit()).isEqualTo(2);
        for (String command :
                new String[] {"status", "logs", "events", "restart", "rollback", "stop", "start", "delete"}) {
            Ended said = run(command, "nobody");
            assertThat(said.exit()).as(command + said).isEqualTo(2);
            assertThat(said.err()).contains("nobody", "Fix:");
        }
        assertThat(run("chat", "nobody", "hello").exit()).isEqualTo(2);
    }

    @Test
    void wrong_times_and_platforms_exit_with_2() throws IOException {
        Path file = Files.writeString(
                directory.resolve("good.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"x\"]}}");
        assertThat(run("launch", file.toString(), "--timeout", "soon").err()).contains("not a time");
        assertThat(run("launch", file.toString(), "--timeout", "0s").exit()).isEqualTo(2);
        assertThat(run("launch", file.toString(), "--platform", "moon").exit()).isEqualTo(2);
    }

    @Test
    void options_that_contradict_each_other_are_named_with_the_way_out() throws IOException {
        String file = Files.writeString(
                        directory.resolve("ada.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"x\"]}}")
                .toString();
        String[][] lines = {
            {"--image-repository", "launch", file, "--platform", "kubernetes", "--context", "c", "--namespace", "n"},
            {"--tar", "launch", file, "--platform", "kubernetes", "--context", "c", "-n", "n", "--tar", "a.tar"},
            {"--echo-model", "launch", file, "--platform", "kubernetes", "--context", "c", "--echo-model"},
            {"--image-repository", "launch", file, "--image-repository", "registry.example/agents"},
            {"--base-image", "launch", file, "--platform", "local", "--base-image", "node:22"},
            {"--scanner", "launch", file, "--scanner", "trivy"},
            {"--max-severity", "plan", file, "--max-severity", "high"},
            {"--namespace", "launch", file, "--namespace", "agents"},
            {"--context", "status", "ada", "--context", "prod"},
            {"--ephemeral", "plan", file, "--platform", "local", "--ephemeral"},
            {"--image-pull-secret", "list", "--image-pull-secret", "login"},
            {"moon", "list", "--platform", "moon"},
            {"empty name", "list", "--platform", "kubernetes", "--namespace", ""},
            {"-1", "scale", "ada", "-1"},
        };
        for (String[] line : lines) {
            Ended said = run(java.util.Arrays.copyOfRange(line, 1, line.length));
            assertThat(said.exit()).as(String.join(" ", line) + said).isEqualTo(2);
            assertThat(said.err()).contains(line[0], "Fix:").doesNotContain("\tat ");
        }
        assertThat(run("scale", "ada", "many").exit()).isEqualTo(2);
        assertThat(run("scale", "nobody", "2").err()).contains("nobody", "Fix:");
    }

    @Test
    void a_plan_of_a_new_agent_is_all_new_and_stores_nothing() throws IOException {
        String file = Files.writeString(directory.resolve("new.json"), """
                        {"agentName": "ada", "personality": {"bio": ["x"]},
                         "secrets": {"OPENAI_API_KEY": "planted-value-1f2e3d"}}
                        """).toString();

        Ended said = run("plan", file, "--json");

        JsonNode plan = new ObjectMapper().readTree(said.out());
        assertThat(said.exit()).as(said.toString()).isZero();
        assertThat(plan.path("platform").asText()).isEqualTo("local");
        assertThat(plan.path("changesNothing").asBoolean()).isFalse();
        assertThat(plan.path("objects").isObject()).isTrue();
        assertThat(plan.path("changes").findValuesAsText("action")).containsOnly("CREATE");
        assertThat(said.out()).contains("OPENAI_API_KEY: added").doesNotContain("planted-value");
        assertThat(run("plan", file, "--exit-code").exit()).isEqualTo(1);
        assertThat(run("list").out()).doesNotContain("ada");
        assertThat(run("plan", directory.resolve("nowhere").toString()).exit()).isEqualTo(2);
    }

    @Test
    void a_valid_configuration_has_an_empty_array_of_problems() throws IOException {
        Path file = Files.writeString(
                directory.resolve("valid.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"x\"]}}");
        Ended said = run("validate", file.toString(), "--json");

        assertThat(said.exit()).isZero();
        assertThat(said.out().strip()).isEqualTo("[]");
        assertThat(said.err()).contains("warning:", "cannot answer");
    }

    private static void isRefused(Ended said) {
        assertThat(said.exit()).as(said.toString()).isEqualTo(2);
        assertThat(said.err()).contains("Fix:").doesNotContain("\tat ", "Exception");
    }

    private static Ended run(String... arguments) {
        return Command.here(directory.resolve("home"), arguments);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
