package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentPayloadTest {

    static final String FULL = """
            {
              "agentName": "ada-lovelace",
              "description": "Explains mathematics",
              "personality": {
                "system": "You are Ada, a patient tutor.",
                "bio": ["Writes notes on engines"],
                "lore": [], "knowledge": [], "adjectives": ["precise"], "topics": ["mathematics"],
                "messageExamples": [[{"name": "{{user1}}", "content": {"text": "What is a loop?"}},
                  {"name": "Ada", "content": {"text": "A path that returns.", "actions": ["REPLY"]}}]],
                "postExamples": [],
                "style": {"all": ["be brief"], "chat": [], "post": []}
              },
              "selectedPlugins": ["@elizaos/plugin-openai", "@elizaos/plugin-knowledge@1.6.1"],
              "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_SMALL_MODEL": "gpt-4o-mini"}},
              "resources": {"memory": "1Gi", "cpu": "500m", "replicas": 1},
              "platforms": {"discord": {"token": "discord-value", "applicationId": "123456789012345678"},
                "telegram": {"token": "telegram-value"}, "web": {"enabled": true}},
              "secrets": {"OPENAI_API_KEY": "openai-value", "X": {"ref": {"name": "existing-secret", "key": "x"}}},
              "database": {"kind": "pglite"},
              "expose": {"host": "ada.agents.example"},
              "egress": ["api.openai.com:443"]
            }
            """;

    static List<Problem> problemsOf(String json) {
        InvalidAgentException e = catchThrowableOfType(InvalidAgentException.class, () -> AgentPayload.parse(json));
        assertThat(e).as("problems of " + json).isNotNull();
        return e.problems();
    }

    @Test
    void theWholeFormatIsTakenApart() {
        AgentPayload payload = AgentPayload.parse(FULL);
        AgentSpec spec = payload.spec();
        assertThat(spec.name()).isEqualTo("ada-lovelace");
        assertThat(spec.personality().system()).contains("You are Ada, a patient tutor.");
        assertThat(spec.personality().messageExamples().get(0).get(1).actions()).containsExactly("REPLY");
        assertThat(spec.resources()).isEqualTo(new Resources(1L << 30, 500, 1));
        assertThat(spec.secretRefs()).containsEntry("X", SecretRef.of("existing-secret", "x"));
        assertThat(spec.secretNames()).containsExactly("DISCORD_API_TOKEN", "OPENAI_API_KEY", "TELEGRAM_BOT_TOKEN");
        assertThat(payload.secrets().reveal("DISCORD_API_TOKEN")).contains("discord-value");
        assertThat(payload.secrets().reveal("TELEGRAM_BOT_TOKEN")).contains("telegram-value");
        assertThat(payload.secrets().reveal("OPENAI_API_KEY")).contains("openai-value");
        assertThat(spec.characterSettings().keySet()).containsExactly("DISCORD_APPLICATION_ID", "OPENAI_SMALL_MODEL");
        assertThat(spec.effectivePlugins().stream().map(PluginRef::toString))
                .containsExactly(
                        "@elizaos/plugin-sql",
                        "@elizaos/plugin-openai",
                        "@elizaos/plugin-knowledge@1.6.1",
                        "@elizaos/plugin-discord",
                        "@elizaos/plugin-telegram",
                        "@elizaos/plugin-bootstrap");
        assertThat(payload.warnings()).isEmpty();
    }

    @Test
    void aSpecComesBackFromItsJsonAndHoldsNoValue() {
        AgentSpec spec = AgentPayload.parse(FULL).spec();
        assertThat(AgentSpec.fromJson(spec.toJson())).isEqualTo(spec);
        assertThat(AgentSpec.fromJson(spec.toJson()).toJson()).isEqualTo(spec.toJson());
        assertThat(spec.toJson()).doesNotContain("-value").contains("\"OPENAI_API_KEY\": \"***\"");
        assertThat(spec.toBuilder().build()).isEqualTo(spec).hasSameHashCodeAs(spec);
    }

    @Test
    void everyProblemIsToldAtOnceInTheOrderOfTheDocument() {
        List<Problem> problems = problemsOf("""
                {"agentname": "x", "personality": {"bio": [], "topics": [7]}, "selectedPlugins": ["openai"],
                 "resources": {"memory": "1GiB", "replicas": "2"}, "egress": ["nowhere"]}
                """);
        assertThat(problems.stream().map(Problem::path))
                .containsExactly(
                        "$.agentname",
                        "$.agentName",
                        "$.personality.topics[0]",
                        "$.personality.bio",
                        "$.selectedPlugins[0]",
                        "$.resources.replicas",
                        "$.resources.memory",
                        "$.egress[0]");
        assertThat(problems.get(0).fix()).isEqualTo("write \"agentName\".");
        assertThat(problems.get(4).fix()).isEqualTo("write \"@elizaos/plugin-openai\".");
    }

    @Test
    void aPluginsSensitiveSettingIsASecretWhereverItStands() {
        AgentPayload payload = AgentPayload.parse("""
                {"agentName": "ada", "personality": {"bio": "A tutor"}, "selectedPlugins": ["@elizaos/plugin-openai", "acme"],
                 "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_API_KEY": "one-value"},
                                   "acme": {"ACME_TOKEN": "two-value", "ACME_MODE": "fast"}}}
                """);
        assertThat(payload.secrets().names()).containsExactly("ACME_TOKEN", "OPENAI_API_KEY");
        assertThat(payload.spec().settings()).containsOnlyKeys("acme");
        assertThat(payload.spec().toJson()).doesNotContain("-value");
    }

    @Test
    void aMaskKeepsAndNullRemoves() {
        AgentPayload payload = AgentPayload.parse("""
                {"agentName": "ada", "personality": {"bio": "A tutor"}, "secrets": {"KEEP": "***", "GONE": null}}
                """);
        assertThat(payload.secrets().names()).isEmpty();
        assertThat(payload.secrets().removedNames()).containsExactly("GONE");
        assertThat(payload.spec().secretNames()).containsExactly("KEEP");
    }

    @Test
    void aBuilderRefusesASecretAmongTheSettings() {
        InvalidAgentException e = catchThrowableOfType(
                InvalidAgentException.class,
                () -> AgentSpec.named("ada")
                        .bio("A tutor")
                        .plugin("@elizaos/plugin-openai")
                        .setting("@elizaos/plugin-openai", "OPENAI_API_KEY", "the-value")
                        .build());
        assertThat(e.problems())
                .singleElement()
                .extracting(Problem::path, Problem::fix)
                .containsExactly(
                        "$.pluginConfigs[\"@elizaos/plugin-openai\"].OPENAI_API_KEY",
                        "pass it in Secrets: Secrets.of(\"OPENAI_API_KEY\", value).");
        assertThat(e).hasMessageNotContaining("the-value");
    }

    @Test
    void aSecretWithALineBreakInsideIsWarnedOfUnlessItIsOfManyLinesByNature() {
        String key = "-----BEGIN PRIVATE " + "KEY-----\\nMIIE\\n-----END PRIVATE KEY-----";
        AgentPayload payload = AgentPayload.parse("""
                {"agentName": "ada", "personality": {"bio": "A tutor"},
                 "secrets": {"BROKEN": "first-half\\r\\nsecond", "ONE_LINE": "a b", "A_PEM": "%s", "A_JSON": "{\\n}"}}
                """.formatted(key));

        assertThat(payload.warnings())
                .filteredOn(warning -> warning.path().startsWith("$.secrets"))
                .singleElement()
                .returns("$.secrets.BROKEN", Problem::path)
                .returns("The secret holds a line break.", Problem::problem);
    }

    @Test
    void aSpecThatIsReadBackMayNotBringAValue() {
        InvalidAgentException e = catchThrowableOfType(
                InvalidAgentException.class,
                () -> AgentSpec.fromJson(
                        "{\"agentName\":\"ada\",\"personality\":{\"bio\":\"x\"},\"secrets\":{\"K\":\"the-value\"}}"));
        assertThat(e.problems()).extracting(Problem::path).containsExactly("$.secrets.K");
        assertThat(e).hasMessageNotContaining("the-value");
    }
}
