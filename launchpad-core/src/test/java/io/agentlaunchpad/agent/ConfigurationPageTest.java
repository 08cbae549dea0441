package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} says what the code does. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("../docs/configuration.md");

    private static List<String> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .filter(line -> line.split("\\|").length == 4)
                .toList();
    }

    private static String row(String key) throws IOException {
        return rows().stream()
                .filter(line -> line.startsWith("| `" + key + "` |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The page has no row for " + key));
    }

    private static void says(String key, long... limits) throws IOException {
        List<String> numbers = Arrays.asList(row(key).split("[^0-9]+"));
        for (long limit : limits) {
            assertThat(numbers).as(key).contains(Long.toString(limit));
        }
    }

    @Test
    void thePageListsEveryKeyAndNoOther() throws IOException {
        List<String> expected = Keys.all();
        assertThat(rows().stream()
                        .map(line -> line.replaceFirst("^\\| `([^`]*)`.*", "$1"))
                        .filter(key -> !key.equals("secrets.*")))
                .filteredOn(key -> !key.startsWith("{") && !key.startsWith("\"") && !key.equals("null"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void thePageSaysTheLimits() throws IOException {
        says("agentName", Limits.NAME_MIN, Limits.NAME_MAX);
        says("description", Limits.DESCRIPTION);
        says("personality.system", Limits.SYSTEM);
        for (String key : List.of("bio", "lore", "postExamples", "style.all", "style.chat", "style.post")) {
            says("personality." + key, Limits.ENTRIES, Limits.ENTRY);
        }
        says("personality.adjectives", Limits.ENTRIES, Limits.WORD);
        says("personality.topics", Limits.ENTRIES, Limits.WORD);
        says("personality.knowledge", Limits.KNOWLEDGE_ENTRIES, Limits.KNOWLEDGE_ENTRY);
        says("personality.messageExamples", Limits.CONVERSATIONS, Limits.TURNS);
        says("personality.messageExamples[][].name", Limits.WORD);
        says("personality.messageExamples[][].content.text", Limits.ENTRY);
        says("personality.messageExamples[][].content.thought", Limits.ENTRY);
        says("personality.messageExamples[][].content.actions", Limits.TURN_NAMES, Limits.WORD);
        says("personality.messageExamples[][].content.providers", Limits.TURN_NAMES, Limits.WORD);
        says("selectedPlugins", Limits.PLUGINS);
        says("pluginConfigs", Limits.SETTINGS, Limits.SETTING);
        says("resources.replicas", Limits.REPLICAS);
        says("resources.memory", Limits.MEMORY_MIN >> 20, Limits.MEMORY_MAX >> 40);
        says("resources.cpu", Limits.CPU_MIN, Limits.CPU_MAX / 1_000);
        says("secrets", Limits.SECRETS);
        says("secrets.*", Limits.SECRET);
        says("egress", Limits.EGRESS);
        assertThat(Files.readString(PAGE))
                .contains(
                        Integer.toString(Limits.DOCUMENT_BYTES),
                        Limits.DOCUMENT_DEPTH + " levels",
                        Long.toString(JsonValue.MAX_INTEGER));
    }

    @Test
    void thePagesExampleIsAConfiguration() throws IOException {
        Matcher example = Pattern.compile("(?s)```json\n(.*?)```").matcher(Files.readString(PAGE));
        List<String> documents =
                example.results().map((MatchResult result) -> result.group(1)).toList();
        assertThat(documents).hasSize(1);
        AgentPayload payload = AgentPayload.parse(documents.get(0));
        assertThat(Preflight.check(payload.spec(), payload.secrets().names()).problems())
                .isEmpty();
    }
}
