package io.agentlaunchpad.character;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import io.agentlaunchpad.agent.SpecGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterFileTest {

    private static final Set<String> KNOWN = Set.of(
            "name",
            "system",
            "bio",
            "messageExamples",
            "postExamples",
            "topics",
            "adjectives",
            "knowledge",
            "plugins",
            "settings",
            "style");

    /** With LAUNCHPAD_GOLDEN=write the golden files are written anew, to be read in review. */
    @ParameterizedTest
    @ValueSource(strings = {"ada", "support-desk", "minimal"})
    void theSamplesHaveTheCharactersOfTheGoldenFiles(String sample) throws IOException {
        String json = CharacterFile.of(sample(sample).spec()).json();
        Path golden = Path.of("src/test/resources/io/agentlaunchpad/character/golden", sample + ".character.json");
        if ("write".equals(System.getenv("LAUNCHPAD_GOLDEN"))) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, json);
        }
        assertThat(json).isEqualTo(Files.readString(golden));
    }

    static AgentPayload sample(String name) throws IOException {
        return AgentPayload.parse(Files.readAllBytes(Path.of("../samples/agents", name + ".json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada", "support-desk", "minimal"})
    void theSamplesHoldNoSecret(String sample) throws IOException {
        AgentPayload payload = sample(sample);
        assertThat(payload.secrets().isEmpty()).isTrue();
        assertThat(payload.spec().secretNames()).isEmpty();
    }

    @Test
    void theSameSpecGivesTheSameBytesAndOnlyKnownKeys() {
        SpecGenerator generator = new SpecGenerator(11);
        for (int i = 0; i < 300; i++) {
            AgentSpec spec = generator.next();
            CharacterFile character = CharacterFile.of(spec);
            assertThat(CharacterFile.of(AgentSpec.fromJson(spec.toJson()))).isEqualTo(character);
            JsonValue.Obj obj = (JsonValue.Obj) JsonValue.read(character.json());
            assertThat(KNOWN).containsAll(obj.members().keySet());
            assertThat(obj.members()).containsKeys("name", "bio", "plugins");
        }
    }

    @Test
    void loreFollowsTheBioAndNoSecretNoVersionNoDescriptionIsThere() {
        AgentPayload payload = AgentPayload.parse("""
                {"agentName": "ada", "description": "only for people",
                 "personality": {"bio": ["one", "two"], "lore": ["three"]},
                 "selectedPlugins": ["@elizaos/plugin-openai@1.6.0", "acme"],
                 "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_API_KEY": "hidden-1", "OPENAI_SMALL_MODEL": "m"},
                                   "acme": {"ACME_TOKEN": "hidden-2", "depth": 3, "on": true}},
                 "platforms": {"discord": {"token": "hidden-3", "applicationId": "123456789012345678"}},
                 "secrets": {"OTHER": "hidden-4"}}
                """);
        String json = CharacterFile.of(payload.spec()).json();
        assertThat(json).doesNotContain("hidden", "***", "1.6.0", "only for people", "OPENAI_API_KEY");
        JsonValue.Obj obj = (JsonValue.Obj) JsonValue.read(json);
        assertThat(obj.get("bio")).isEqualTo(JsonValue.of(java.util.List.of("one", "two", "three")));
        assertThat(obj.get("settings")).isEqualTo(JsonValue.read("""
                        {"DISCORD_APPLICATION_ID": "123456789012345678", "OPENAI_SMALL_MODEL": "m", "depth": 3, "on": true}
                        """));
    }
}
