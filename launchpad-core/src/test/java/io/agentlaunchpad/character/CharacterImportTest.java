package io.agentlaunchpad.character;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Database;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.agent.SpecGenerator;
import io.agentlaunchpad.character.CharacterImport.Format;
import io.agentlaunchpad.error.InvalidAgentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterImportTest {

    private static CharacterImport old(String name) throws IOException {
        return CharacterImport.read(Files.readAllBytes(Characters.OLD.resolve(name + ".json")));
    }

    private static List<String> report(CharacterImport imported, ImportNote.Kind kind) {
        return imported.report().stream()
                .filter(note -> note.kind() == kind)
                .map(ImportNote::path)
                .toList();
    }

    static List<Path> files() throws IOException {
        return Characters.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileConvertsAndIsAConfigurationWithoutSecrets(Path file) throws IOException {
        CharacterImport imported = CharacterImport.read(Files.readAllBytes(file));
        assertThat(imported.format()).isEqualTo(file.startsWith(Characters.CURRENT) ? Format.ELIZA_1 : Format.ELIZA_0);
        String configuration = imported.configurationJson();
        assertThat(configuration).doesNotContain("planted-");
        assertThat(AgentPayload.parse(configuration).spec()).isEqualTo(imported.spec());
        assertThat(imported.report()).isNotEmpty();
        assertThat(imported.report().toString()).doesNotContain("planted-");
        assertThat(CharacterFile.of(imported.spec()).json()).doesNotContain("planted-");
    }

    @Test
    void anOldCharacterBecomesAConfiguration() throws IOException {
        CharacterImport imported = old("gardener");
        AgentSpec spec = imported.spec();
        assertThat(spec.name()).isEqualTo("Gardener");
        assertThat(spec.plugins()).containsExactly(PluginRef.parse("@elizaos/plugin-anthropic"));
        assertThat(spec.channels().discord()).isNotNull();
        assertThat(spec.personality().lore()).hasSize(2);
        assertThat(spec.personality().messageExamples().get(1).get(1).actions()).containsExactly("CREATE_REMINDER");
        assertThat(spec.personality().messageExamples().get(1).get(1).name()).isEqualTo("Gardener");
        assertThat(report(imported, ImportNote.Kind.CONVERTED))
                .containsExactly(
                        "$.modelProvider",
                        "$.clients[0]",
                        "$.lore",
                        "$.messageExamples[1][1].content.action",
                        "$.messageExamples");
        assertThat(report(imported, ImportNote.Kind.DROPPED)).containsExactly("$.settings.voice");
    }

    @Test
    void valuesOfSecretsAreHandedOverApartAndTheirNamesReported() throws IOException {
        CharacterImport imported = old("librarian");
        assertThat(imported.payload().secrets().reveal("OPENAI_API_KEY")).contains("planted-openai-value");
        assertThat(imported.payload().secrets().names()).containsExactly("OPENAI_API_KEY", "TELEGRAM_BOT_TOKEN");
        assertThat(imported.configurationJson()).contains("\"OPENAI_API_KEY\": \"***\"");
        assertThat(report(imported, ImportNote.Kind.CONVERTED))
                .contains(
                        "$.name",
                        "$.settings.secrets.OPENAI_API_KEY",
                        "$.settings.secrets.TELEGRAM_BOT_TOKEN",
                        "$.clients[2]");
        assertThat(report(imported, ImportNote.Kind.DROPPED))
                .contains(
                        "$.username",
                        "$.settings.secrets.TWITTER_PASSWORD",
                        "$.settings.model",
                        "$.style.dream",
                        "$.twitterProfile",
                        "$.people")
                .contains("$.messageExamples[0][1].content.source");
        assertThat(imported.spec().name()).isEqualTo("Night-Librarian");
        assertThat(imported.spec().channels().telegram()).isTrue();
        assertThat(imported.spec().plugins().toString()).contains("openai", "twitter");
        assertThat(imported.spec().characterSettings()).containsOnlyKeys("OPENAI_SMALL_MODEL");
    }

    @Test
    void whatPeopleWriteByHandIsUnderstood() throws IOException {
        AgentSpec pip = old("flat-examples").spec();
        assertThat(pip.name()).isEqualTo("Pip");
        assertThat(pip.personality().messageExamples()).hasSize(1);
        assertThat(pip.personality().messageExamples().get(0).get(1).actions()).containsExactly("REPLY", "TRACK");
        assertThat(pip.personality().topics()).containsExactly("parcels");
        assertThat(pip.personality().style().all()).hasSize(2);
        AgentSpec al = old("only-lore").spec();
        assertThat(al.name()).isEqualTo("Al-agent");
        assertThat(al.personality().bio()).containsExactly("nobody remembers when it was switched on");
        AgentSpec keeper = old("database").spec();
        assertThat(keeper.database()).isEqualTo(Database.POSTGRESQL);
        assertThat(keeper.secretNames()).containsExactly("GROQ_API_KEY", "PORT_NUMBER", "POSTGRES_URL");
        assertThat(keeper.personality().bio()).containsExactly("keeps what others throw away");
        CharacterImport ledger = old("plugin-heavy");
        assertThat(ledger.spec().plugins().toString())
                .isEqualTo("[@elizaos/plugin-google-genai, @elizaos/plugin-openai]");
        assertThat(ledger.spec().channels().discordApplicationId()).contains("123456789012345678");
        assertThat(ledger.spec().characterSettings()).containsOnlyKeys("DISCORD_APPLICATION_ID", "GOOGLE_SMALL_MODEL");
        AgentSpec light = old("other-scripts").spec();
        assertThat(light.name())
                .matches("agent-[0-9a-f]{8}")
                .isEqualTo(old("other-scripts").spec().name());
        assertThat(light.personality().knowledge()).containsExactly("満潮は六時間ごと");
    }

    @Test
    void aCurrentCharacterKeepsItsSettingsAndLosesWhatAConfigurationCannotSay() throws IOException {
        CharacterImport imported =
                CharacterImport.read(Files.readAllBytes(Characters.CURRENT.resolve("weather-desk.json")));
        assertThat(imported.spec().plugins().stream().map(PluginRef::toString))
                .containsExactly(
                        "@elizaos/plugin-openai@1.6.0", "@elizaos/plugin-discord@1.3.8", "@harbour/plugin-tides");
        assertThat(imported.payload().secrets().names())
                .containsExactly("DISCORD_API_TOKEN", "OPENAI_API_KEY", "TIDES_API_KEY");
        assertThat(imported.spec().characterSettings())
                .containsOnlyKeys("DISCORD_APPLICATION_ID", "OPENAI_LARGE_MODEL", "TIDES_PORT", "avatar", "mcp");
        assertThat(report(imported, ImportNote.Kind.DROPPED))
                .containsExactly(
                        "$.username",
                        "$.templates",
                        "$.knowledge[1]",
                        "$.plugins[4]",
                        "$.settings.mcp.servers.charts.env.CHARTS_TOKEN");
    }

    @Test
    void aGeneratedCharacterComesBackAsTheAgentItCameFrom() {
        SpecGenerator generator = new SpecGenerator(99);
        for (int i = 0; i < 200; i++) {
            AgentSpec spec = generator.next();
            CharacterImport imported =
                    CharacterImport.read(CharacterFile.of(spec).json());
            assertThat(imported.format()).isEqualTo(Format.ELIZA_1);
            assertThat(imported.spec().name()).isEqualTo(spec.name());
            assertThat(imported.spec().effectivePlugins().stream()
                            .map(PluginRef::name)
                            .toList())
                    .isEqualTo(spec.effectivePlugins().stream()
                            .map(PluginRef::name)
                            .toList());
            assertThat(imported.spec().personality().knowledge())
                    .isEqualTo(spec.personality().knowledge());
            assertThat(imported.spec().personality().messageExamples())
                    .isEqualTo(spec.personality().messageExamples());
            assertThat(CharacterFile.of(imported.spec())).isEqualTo(CharacterFile.of(spec));
        }
    }

    @Test
    void whatIsNoCharacterGivesProblems() {
        for (String json : List.of(
                "", "[]", "{", "7", "{}", "{\"name\": \"x\"}", "{\"name\": 7, \"bio\": []}", "[".repeat(3_000))) {
            assertThat(catchThrowableOfType(InvalidAgentException.class, () -> CharacterImport.read(json)))
                    .as(json)
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "\u0301\u0316"})
    void aNameOfAMegabyteIsImportedAsItsBeginning(String part) {
        String name = "Ada" + part.repeat(1_000_000 / part.getBytes(StandardCharsets.UTF_8).length) + "x";
        CharacterImport imported = assertTimeoutPreemptively(
                MOST, () -> CharacterImport.read("{\"name\": \"" + name + "\", \"bio\": \"x\"}"));
        assertThat(imported.spec().name()).startsWith("Ada");
    }

    /** What the import makes of these is too large or too many for any configuration. */
    @ParameterizedTest
    @MethodSource("floods")
    void aFloodOfNamesIsReadInTimeThatGrowsWithItsLength(String members) {
        InvalidAgentException refused = assertTimeoutPreemptively(
                MOST,
                () -> catchThrowableOfType(
                        InvalidAgentException.class,
                        () -> CharacterImport.read("{\"name\":\"Ada\",\"bio\":\"x\"," + members + "}")));
        assertThat(refused.problems()).isNotEmpty();
    }

    static List<String> floods() {
        String turns = "\"messageExamples\":[[{\"name\":\"a\",\"content\":{\"text\":\"t\",\"actions\":[";
        return List.of(
                "\"plugins\":[" + flood("\"p", "\"", 120_000) + "]",
                "\"plugins\":[" + flood("\"p", "\"", 55_000) + "],\"settings\":{" + flood("\"s", "\":1", 55_000) + "}",
                turns + flood("\"a", "\"", 60_000) + "],\"action\":[" + flood("\"b", "\"", 60_000) + "]}}]]");
    }

    private static String flood(String before, String after, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> before + Integer.toString(i, 36) + after)
                .collect(Collectors.joining(","));
    }

    /** Far more than it takes, and far less than work that grows with the square of the input would take. */
    private static final Duration MOST = Duration.ofSeconds(30);

    @Test
    void mutatedCharactersGiveAnImportOrProblemsAndNothingElse() throws IOException {
        Random random = new Random(12);
        List<Path> files = Characters.in(Characters.OLD);
        String[] tokens = {
            "{", "}", "[", "]", "\"", ":", ",", "null", "7", "\\u0000", "\\ud800", "{\"a\":1}", "[]", "user", "😀"
        };
        int accepted = 0;
        for (int i = 0; i < 4_000; i++) {
            StringBuilder text =
                    new StringBuilder(Files.readString(files.get(i % files.size()), StandardCharsets.UTF_8));
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(text.length());
                int end = Math.min(text.length(), at + random.nextInt(10));
                text.replace(at, end, tokens[random.nextInt(tokens.length)]);
            }
            try {
                CharacterImport imported = CharacterImport.read(text.toString());
                assertThat(AgentSpec.fromJson(imported.configurationJson())).isEqualTo(imported.spec());
                accepted++;
            } catch (InvalidAgentException e) {
                assertThat(e.problems()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i + ": " + text, e);
            }
        }
        assertThat(accepted).isGreaterThan(300);
    }
}
