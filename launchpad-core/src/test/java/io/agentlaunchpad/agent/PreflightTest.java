package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {

    private static final String OPENAI = "@elizaos/plugin-openai";

    private static AgentSpec.Builder ada() {
        return AgentSpec.named("ada").bio("A tutor");
    }

    private static List<String> paths(List<Problem> problems) {
        return problems.stream().map(Problem::path).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "openai, OPENAI_API_KEY",
        "anthropic, ANTHROPIC_API_KEY",
        "google-genai, GOOGLE_GENERATIVE_AI_API_KEY",
        "openrouter, OPENROUTER_API_KEY",
        "groq, GROQ_API_KEY",
        "telegram, TELEGRAM_BOT_TOKEN"
    })
    void aPluginWithoutItsKeyIsAProblemBeforeAnythingIsBuilt(String plugin, String key) {
        AgentSpec spec = ada().plugin("@elizaos/plugin-" + plugin).build();
        assertThat(paths(Preflight.check(spec, Set.of()).problems())).containsExactly("$.secrets." + key);
        assertThat(Preflight.check(spec, Set.of(key)).problems()).isEmpty();
    }

    @Test
    void aReferenceCountsAsPresentAndADeclaredNameAloneDoesNot() {
        AgentSpec named = ada().plugin(OPENAI).secretNames("OPENAI_API_KEY").build();
        assertThat(Preflight.check(named, Set.of()).problems()).hasSize(1);
        AgentSpec referred = ada().plugin(OPENAI)
                .secretRef("OPENAI_API_KEY", SecretRef.of("keys", "openai"))
                .build();
        assertThat(Preflight.check(referred, Set.of()).problems()).isEmpty();
    }

    @Test
    void discordNeedsItsTokenAndItsApplication() {
        AgentSpec spec = ada().plugins(OPENAI, "@elizaos/plugin-discord").build();
        assertThat(paths(Preflight.check(spec, Set.of("OPENAI_API_KEY")).problems()))
                .containsExactly(
                        "$.pluginConfigs[\"@elizaos/plugin-discord\"].DISCORD_APPLICATION_ID",
                        "$.secrets.DISCORD_API_TOKEN");
        AgentSpec channel = ada().plugin(OPENAI).discord("123456789012345678").build();
        assertThat(Preflight.check(channel, Set.of("OPENAI_API_KEY", "DISCORD_API_TOKEN"))
                        .problems())
                .isEmpty();
    }

    @Test
    void aRequiredSettingWithADefaultIsAWarning() {
        Preflight preflight =
                Preflight.check(ada().plugin("@elizaos/plugin-ollama").build(), Set.of());
        assertThat(preflight.problems()).isEmpty();
        assertThat(preflight.warnings())
                .anySatisfy(warning -> assertThat(warning.problem()).contains("localhost:11434"));
    }

    @Test
    void theProblemSaysHowToWaiveItAndBothWaysWork() {
        AgentSpec spec = ada().plugin(OPENAI).build();
        Problem problem = Preflight.check(spec, Set.of()).problems().get(0);
        assertThat(problem.fix()).contains("null").contains("waive(\"OPENAI_API_KEY\")");
        Preflight byPolicy = Preflight.check(spec, Set.of(), PluginCatalog.shipped(), Set.of("OPENAI_API_KEY"));
        AgentPayload onTheWire = AgentPayload.parse("""
                {"agentName": "ada", "personality": {"bio": "A tutor"}, "selectedPlugins": ["@elizaos/plugin-openai"],
                 "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_API_KEY": null}}}
                """);
        assertThat(onTheWire.secrets().removedNames()).containsExactly("OPENAI_API_KEY");
        AgentSpec bySpec = AgentSpec.fromJson(onTheWire.spec().toJson());
        assertThat(bySpec)
                .isEqualTo(ada().plugin(OPENAI).waive(OPENAI, "OPENAI_API_KEY").build());
        for (Preflight preflight : List.of(byPolicy, Preflight.check(bySpec, Set.of()))) {
            assertThat(preflight.problems()).isEmpty();
            assertThat(preflight.warnings())
                    .anySatisfy(warning -> assertThat(warning.problem()).contains("as waived"));
        }
    }

    @Test
    void postgresqlNeedsItsAddressAndPgliteMustNotHaveOne() {
        AgentSpec server = ada().plugin(OPENAI).database(Database.POSTGRESQL).build();
        Set<String> waived = Set.of("POSTGRES_URL");
        assertThat(paths(Preflight.check(server, Set.of("OPENAI_API_KEY"), PluginCatalog.shipped(), waived)
                        .problems()))
                .containsExactly("$.secrets.POSTGRES_URL");
        assertThat(Preflight.check(server, Set.of("OPENAI_API_KEY", "POSTGRES_URL"))
                        .problems())
                .isEmpty();
        AgentSpec embedded = ada().plugin(OPENAI).build();
        assertThat(paths(Preflight.check(embedded, Set.of("OPENAI_API_KEY", "POSTGRES_URL"))
                        .problems()))
                .containsExactly("$.database.kind");
    }

    @Test
    void anAgentWithoutAModelIsValidWithAWarning() {
        Preflight preflight = Preflight.check(ada().build(), Set.of());
        assertThat(preflight.problems()).isEmpty();
        assertThat(preflight.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.problem()).contains("cannot answer"));
    }

    @Test
    void aModelWithoutEmbeddingsWantsAPartner() {
        AgentSpec alone = ada().plugin("@elizaos/plugin-anthropic").build();
        assertThat(paths(Preflight.check(alone, Set.of("ANTHROPIC_API_KEY")).warnings()))
                .containsExactly("$.selectedPlugins");
        AgentSpec paired = ada().plugins("@elizaos/plugin-anthropic", OPENAI).build();
        assertThat(Preflight.check(paired, Set.of("ANTHROPIC_API_KEY", "OPENAI_API_KEY"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void aPluginNobodyKnowsIsJudgedByItsOwnMetadata() {
        AgentSpec spec = ada().plugins(OPENAI, "acme")
                .setting("acme", "ACME_PLACE", "Hook")
                .build();
        Preflight unknown = Preflight.check(spec, Set.of("OPENAI_API_KEY"));
        assertThat(unknown.problems()).isEmpty();
        assertThat(paths(unknown.warnings())).containsExactly("$.selectedPlugins[1]");
        PluginCatalog catalog = PluginCatalog.shipped().with(PluginInfo.fromPackageJson("""
                        {"name": "acme", "agentConfig": {"pluginParameters": {
                          "ACME_TOKEN": {"required": true}, "ACME_MODE": {"required": true, "sensitive": false, "default": 3},
                          "ACME_PLACE": {"sensitive": true}, "ACME_ODD": "not an object"}}}
                        """));
        Preflight known = Preflight.check(spec, Set.of("OPENAI_API_KEY"), catalog, Set.of());
        assertThat(paths(known.problems())).containsExactly("$.pluginConfigs.acme.ACME_PLACE", "$.secrets.ACME_TOKEN");
        assertThatThrownBy(known::orThrow)
                .isInstanceOf(InvalidAgentException.class)
                .hasMessageNotContaining("Hook");
    }

    @Test
    void tooLittleMemoryIsAWarning() {
        assertThat(paths(Preflight.check(ada().plugin(OPENAI).memory("384Mi").build(), Set.of("OPENAI_API_KEY"))
                        .warnings()))
                .containsExactly("$.resources.memory");
        assertThat(Preflight.check(ada().plugin(OPENAI).memory("448Mi").build(), Set.of("OPENAI_API_KEY"))
                        .warnings())
                .isEmpty();
    }
}
