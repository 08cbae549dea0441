package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.internal.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentSpecTest {

    private static final long SEED = 20_261_122L;

    private static AgentSpec.Builder ada() {
        return AgentSpec.named("ada").bio("A tutor");
    }

    private static List<String> paths(AgentSpec.Builder builder) {
        InvalidAgentException e = catchThrowableOfType(InvalidAgentException.class, builder::build);
        assertThat(e).isNotNull();
        return e.problems().stream().map(problem -> problem.path()).toList();
    }

    @Test
    void fiveHundredGeneratedSpecsComeBackFromTheirJson() {
        SpecGenerator generator = new SpecGenerator(SEED);
        for (int i = 0; i < 500; i++) {
            AgentSpec spec = generator.next();
            AgentSpec back = AgentSpec.fromJson(spec.toJson());
            assertThat(back).as("spec %s", i).isEqualTo(spec).hasSameHashCodeAs(spec);
            assertThat(back.toJson()).isEqualTo(spec.toJson());
            assertThat(back.effectivePlugins()).isEqualTo(spec.effectivePlugins());
            assertThat(back.characterSettings()).isEqualTo(spec.characterSettings());
            assertThat(spec.toBuilder().build()).isEqualTo(spec);
            assertThat(AgentPayload.parse(spec.toJson(), LimitPolicy.standard().maxMemory("1Ti"))
                            .spec())
                    .isEqualTo(spec);
        }
    }

    @Test
    void aSpecInsideAStoredRecordComesBackToo() {
        SpecGenerator generator = new SpecGenerator(5);
        for (int i = 0; i < 100; i++) {
            AgentSpec spec = generator.next();
            assertThat(Json.read(Json.write(spec), AgentSpec.class)).isEqualTo(spec);
        }
    }

    @Test
    void theSameSeedGivesTheSameSpecs() {
        SpecGenerator one = new SpecGenerator(7);
        SpecGenerator other = new SpecGenerator(7);
        for (int i = 0; i < 50; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    @Test
    void aBuilderTellsEveryProblemAtOnce() {
        assertThat(paths(AgentSpec.named("a b")
                        .plugin("file:../x")
                        .memory("lots")
                        .cpu("0")
                        .replicas(0)
                        .discord("me")
                        .expose("http://x")
                        .egress("x:0")
                        .secretRef("K", SecretRef.of("Not A Name", ""))
                        .secretNames("1X")))
                .containsExactlyInAnyOrder(
                        "$.agentName",
                        "$.personality.bio",
                        "$.selectedPlugins[0]",
                        "$.resources.memory",
                        "$.resources.cpu",
                        "$.resources.replicas",
                        "$.platforms.discord.applicationId",
                        "$.expose.host",
                        "$.egress[0]",
                        "$.secrets.K.ref.name",
                        "$.secrets.K.ref.key",
                        "$.secrets[\"1X\"]");
    }

    @Test
    void moreReplicasNeedPostgresqlAndNoBotChannel() {
        assertThat(paths(ada().replicas(2))).containsExactly("$.resources.replicas");
        assertThat(paths(ada().replicas(2).database(Database.POSTGRESQL).telegram()))
                .containsExactly("$.resources.replicas");
        assertThat(paths(ada().replicas(2).database(Database.POSTGRESQL).plugin("@elizaos/plugin-twitter")))
                .containsExactly("$.resources.replicas");
        AgentSpec one = ada().database(Database.POSTGRESQL).build();
        assertThat(one.withReplicas(3).resources().replicas()).isEqualTo(3);
        assertThat(one.withReplicas(3).withReplicas(1)).isEqualTo(one);
    }

    @Test
    void anAgentThatAsksForNothingGetsWhatItsDatabaseNeeds() {
        assertThat(ada().build().resources()).isEqualTo(new Resources(1L << 30, 500, 1));
        assertThat(ada().database(Database.POSTGRESQL).build().resources())
                .isEqualTo(new Resources(384L << 20, 500, 1));
    }

    @Test
    void thePluginsLoadInTheOrderElizaosWants() {
        AgentSpec spec = ada().plugins(
                        "@harbour/plugin-tides", "@elizaos/plugin-ollama", "@elizaos/plugin-bootstrap@1.7.1")
                .plugins("@elizaos/plugin-openai", "@elizaos/plugin-anthropic", "@elizaos/plugin-discord@1.3.7")
                .discord("123456789012345678")
                .build();
        assertThat(spec.effectivePlugins().stream().map(PluginRef::toString))
                .containsExactly(
                        "@elizaos/plugin-sql",
                        "@elizaos/plugin-anthropic",
                        "@elizaos/plugin-openai",
                        "@elizaos/plugin-ollama",
                        "@harbour/plugin-tides",
                        "@elizaos/plugin-discord@1.3.7",
                        "@elizaos/plugin-bootstrap@1.7.1");
        assertThat(spec.plugins()).hasSize(6);
    }

    @Test
    void settingsOfOneNameHaveOneValue() {
        AgentSpec.Builder builder = ada().plugins("@elizaos/plugin-openai", "@elizaos/plugin-groq")
                .setting("@elizaos/plugin-openai", "SMALL_MODEL", "a");
        assertThat(paths(builder.setting("@elizaos/plugin-groq", "SMALL_MODEL", "b")))
                .containsExactly("$.pluginConfigs[\"@elizaos/plugin-openai\"].SMALL_MODEL");
        assertThat(builder.setting("@elizaos/plugin-groq", "SMALL_MODEL", "a")
                        .build()
                        .characterSettings())
                .isEqualTo(Map.of("SMALL_MODEL", new JsonValue.Text("a")));
    }

    @Test
    void noSecretGetsIntoASpecByAnyDoor() {
        String openai = "@elizaos/plugin-openai";
        String key = "sk-proj-0123456789abcdefABCDEF";
        List<AgentSpec.Builder> doors = List.of(
                ada().plugin(openai).setting(openai, "OPENAI_API_KEY", "short"),
                ada().plugin(openai).setting(openai, "OPENAI_SMALL_MODEL", key),
                ada().plugin(openai).setting(openai, "OPENAI_BASE_URL", "https://me:hidden-words@proxy.example"),
                ada().plugin(openai).setting(openai, "MY_API_KEY", "hidden-words"),
                ada().plugin("acme").setting("acme", "authToken", "hidden-words"),
                ada().plugin("acme")
                        .setting("acme", "servers", Map.of("x", List.of(Map.of("password", "hidden-words")))),
                ada().plugin("acme").setting("acme", "words", List.of("fine", key)));
        for (AgentSpec.Builder door : doors) {
            InvalidAgentException e = catchThrowableOfType(InvalidAgentException.class, door::build);
            assertThat(e).isNotNull().hasMessageNotContainingAny("hidden-words", key, "short");
            assertThat(e.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.path()).contains("$.pluginConfigs"));
        }
    }

    @Test
    void whatMetadataDeclaredOpenStaysOpenWhenTheSpecIsReadBack() {
        PluginCatalog catalog = PluginCatalog.shipped().with(PluginInfo.fromPackageJson("""
                        {"name": "acme", "version": "1.0.0", "agentConfig": {"pluginParameters": {
                          "ACME_KEY": {"type": "string", "required": true, "sensitive": false},
                          "ACME_PLACE": {"type": "string", "required": true, "sensitive": true}}}}
                        """));
        String json = """
                {"agentName": "ada", "personality": {"bio": "x"}, "selectedPlugins": ["acme"],
                 "pluginConfigs": {"acme": {"ACME_KEY": "C major", "ACME_PLACE": "hidden-words"}}}
                """;
        AgentPayload payload = AgentPayload.parse(json, LimitPolicy.standard(), catalog);
        assertThat(payload.secrets().names()).containsExactly("ACME_PLACE");
        assertThat(payload.spec().settings().get("acme")).containsOnlyKeys("ACME_KEY");
        assertThat(AgentSpec.fromJson(payload.spec().toJson())).isEqualTo(payload.spec());
        assertThat(payload.spec().toBuilder().description("more").build().settings())
                .isEqualTo(payload.spec().settings());
        assertThat(AgentPayload.parse(json).secrets().names()).containsExactly("ACME_KEY");
    }

    @Test
    void ofASettingAndItsWaiverTheLaterOneHolds() {
        AgentSpec.Builder builder = ada().plugin("acme").setting("acme", "MODE", "fast");
        AgentSpec waived = builder.waive("acme", "MODE").build();
        assertThat(waived.settings()).isEmpty();
        assertThat(waived.waived()).isEqualTo(Map.of("acme", Set.of("MODE")));
        AgentSpec set = builder.setting("acme", "MODE", "fast").build();
        assertThat(set.settings().get("acme")).containsEntry("MODE", new JsonValue.Text("fast"));
        assertThat(set.waived()).isEmpty();
        for (AgentSpec spec : List.of(waived, set)) {
            assertThat(AgentSpec.fromJson(spec.toJson())).isEqualTo(spec);
        }
    }

    @Test
    void aSpecNeitherChangesNorPrintsItself() {
        AgentSpec.Builder builder = ada().plugin("acme").setting("acme", "MODE", "fast");
        AgentSpec spec = builder.build();
        builder.topics("later").setting("acme", "MODE", "slow");
        assertThat(spec.personality().topics()).isEmpty();
        assertThat(spec.settings().get("acme")).containsEntry("MODE", new JsonValue.Text("fast"));
        assertThat(spec).hasToString("AgentSpec[ada]").isNotEqualTo(builder.build());
        assertThat(spec.waived()).isEqualTo(Map.of());
        assertThat(builder.waive("acme", "NOTE_KEY").build().waived()).isEqualTo(Map.of("acme", Set.of("NOTE_KEY")));
    }
}
