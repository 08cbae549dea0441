package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.operation.LaunchRequest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesAndAmountsTest {

    @ParameterizedTest
    @CsvSource({
        "1Gi, 1073741824",
        "512Mi, 536870912",
        "2Ki, 2048",
        "1k, 1000",
        "1M, 1000000",
        "1.5G, 1500000000",
        "7, 7",
        "0.1Gi, 107374183",
        "1Ti, 1099511627776",
        "0.5Ki, 512"
    })
    void memoryIsReadAsKubernetesReadsIt(String text, long bytes) {
        assertThat(Quantity.memory(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500m, 500", "1, 1000", "0.5, 500", "2.0005, 2001", "1000m, 1000", "0.1m, 1"})
    void cpuIsReadAsKubernetesReadsIt(String text, int millis) {
        assertThat(Quantity.cpu(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1GB",
                "1 Gi",
                "-1",
                "+1",
                "1e3",
                "Gi",
                "1.Gi",
                ".5",
                "0x10",
                "١",
                "1,5G",
                "1m ",
                "99999999999999999999",
                "1gi",
                "1K"
            })
    void whatIsNoAmountIsRefusedWithAFix(String text) {
        assertThatThrownBy(() -> Quantity.memory(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Fix: ");
        assertThatThrownBy(() -> Quantity.cpu(text + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Fix: ");
    }

    @Test
    void amountsComeBackFromTheirText() {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            long bytes = (random.nextLong() >>> (14 + random.nextInt(50))) << (random.nextInt(2) * 10);
            int millis = random.nextInt(300_000);
            assertThat(Quantity.memory(Quantity.memoryText(bytes))).isEqualTo(bytes);
            assertThat(Quantity.cpu(Quantity.cpuText(millis))).isEqualTo(millis);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@elizaos/plugin-openai",
                "@elizaos/plugin-openai@1.6.0",
                "acme",
                "@a/b@2.0.0-beta.1",
                "a.b-c_d@1.2.3+build.5",
                "x~y"
            })
    void anNpmNameWithOrWithoutAnExactVersionIsAPlugin(String text) {
        assertThat(PluginRef.legal(text)).isTrue();
        assertThat(PluginRef.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "@a",
                "@a/",
                "a/b",
                "https://x.example/a.tgz",
                "file:../a",
                "git+ssh://x/y",
                "git@host:a/b",
                "github:a/b",
                "a@latest",
                "a@^1.0.0",
                "a@~1.2",
                "a@1",
                "a@1.2",
                "a@*",
                "a@>=1.0.0",
                "a@1.x",
                "a@01.2.3",
                "a@",
                "a@npm:b@1.0.0",
                "../a",
                "./a",
                "/a",
                "~/a",
                "a\\b",
                ".a",
                "_a",
                "A",
                "a b",
                "a\n",
                "node_modules",
                "@a/../b",
                "a@1.2.3 ",
                "a@1.2.3/x",
                "%2e%2e",
                "@a/b/c",
                "a;b",
                "$(a)",
                "--global",
                "@a/b@1.2.3@4.5.6"
            })
    void whatIsNoNpmNameIsRefused(String text) {
        assertThat(PluginRef.legal(text)).as(text).isFalse();
        String json = "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"selectedPlugins\": ["
                + new JsonValue.Text(text).pretty() + "]}";
        assertThat(AgentPayloadTest.problemsOf(json)).extracting(Problem::path).containsExactly("$.selectedPlugins[0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example:443", "10.0.0.1:5432", "10.0.0.0/8:5432", "[::1]:80", "localhost:1"})
    void anAddressWithAPortIsEgress(String text) {
        assertThat(Egress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.example",
                "a.example:0",
                "a.example:65536",
                "https://a.example:443",
                "a b:1",
                "300.1.1.1:1",
                "10.0.0.0/33:1",
                ":1",
                "a_b:1",
                "-a:1",
                "*:1",
                "a..b:1"
            })
    void anythingElseIsNot(String text) {
        assertThatThrownBy(() -> Egress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Fix: ");
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI_API_KEY, true", "apiKey, true", "authToken, true", "DB_PASSWORD, true", "CLIENT_SECRET, true",
                "TOKEN, true",
        "MAX_TOKENS, false", "TOKENS_PER_MINUTE, false", "KEYBOARD, false", "MONKEY, false", "OPENAI_BASE_URL, false",
                "MODEL, false"
    })
    void aNameLooksLikeASecretByItsWords(String name, boolean secret) {
        assertThat(SecretNames.nameLooksSecret(name)).isEqualTo(secret);
    }

    @Test
    void aValueLooksLikeASecretByItsShape() {
        String run = "0123456789abcdefghijABCDEFGHIJ0123456789";
        List<String> secrets = List.of(
                "sk-" + run,
                "Bearer sk-proj-" + run,
                "ghp_" + run,
                "github_pat_" + run,
                "glpat-" + run,
                "xoxb-" + run,
                "AKIA0123456789ABCDEF",
                "AIza" + run,
                "gsk_" + run,
                "npm_" + run,
                "eyJhbGciOiJ9x.eyJzdWIiOiJ9x.abc",
                "bearer-eyJ-eyJhbGciOiJ9x.eyJ" + run.repeat(100) + ".abc",
                "x.y eyJ" + run.repeat(100) + ".eyJzdWIiOiJ9x.abc",
                "12345678:" + run.substring(0, 35),
                "-----BEGIN RSA PRIVATE KEY-----",
                "postgres://me:word@db.example/x");
        assertThat(secrets).allMatch(SecretNames::valueLooksSecret);
        assertThat(List.of(
                        "gpt-4o-mini",
                        "https://api.openai.com/v1",
                        "http://localhost:11434/api",
                        "sk-short",
                        "eyJshort.eyJzdWIiOiJ9x.abc",
                        "jeyJhbGciOiJ9x.eyJzdWIiOiJ9x.abc",
                        "a:b@c",
                        "task-0123456789abcdefghij",
                        "https://example.com/a:b@c",
                        ""))
                .noneMatch(SecretNames::valueLooksSecret);
    }

    @ParameterizedTest
    @CsvSource({
        "agentname, agentName",
        "agent_name, agentName",
        "pluginConfig, pluginConfigs",
        "secret, secrets",
        "platfroms, platforms",
        "plugins, ''",
        "zzz, ''"
    })
    void theNearestKeyIsWhatWasMeant(String word, String expected) {
        assertThat(Nearest.to(word, Keys.ROOT).orElse("")).isEqualTo(expected);
    }

    @Test
    void aPolicyTellsEachExcessWithItsLimit() {
        LimitPolicy policy = LimitPolicy.standard()
                .allowPlugins("@elizaos/*", "acme")
                .maxMemory("2Gi")
                .maxCpu("1")
                .maxReplicas(2);
        AgentSpec spec = AgentSpec.named("ada")
                .bio("x")
                .database(Database.POSTGRESQL)
                .memory("3Gi")
                .cpu("1001m")
                .replicas(3)
                .plugins("@elizaos/plugin-openai", "acme@1.0.0", "other")
                .build();
        List<Problem> problems = policy.check(spec);
        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly(
                        "$.selectedPlugins[2]", "$.resources.memory", "$.resources.cpu", "$.resources.replicas");
        assertThat(problems.get(1))
                .hasToString("$.resources.memory: The resource limit is exceeded: memory 3Gi is more than 2Gi."
                        + " Fix: ask for 2Gi or less, or ask the operator to raise the limit.");
        assertThat(policy.check(
                        spec.toBuilder().memory("2Gi").cpu("1").replicas(2).build()))
                .hasSize(1);
        assertThat(LimitPolicy.standard().check(spec)).isEmpty();
    }

    @Test
    void limitsOfThePolicyAreToldTogetherWithEverythingElse() {
        assertThat(AgentPayloadTest.problemsOf(
                        "{\"personality\": {\"bio\": \"x\"}, \"resources\": {\"memory\": \"16Gi\", \"cpu\": 5}}"))
                .extracting(Problem::path)
                .containsExactly("$.agentName", "$.resources.memory", "$.resources.cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "\u009f", "a\ud800", " ", ""})
    void an_owner_or_key_that_not_every_store_can_keep_is_refused(String text) {
        assertThatThrownBy(() -> Owner.of(text)).isInstanceOf(IllegalArgumentException.class);
        LaunchRequest request =
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());
        assertThatThrownBy(() -> request.idempotencyKey(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_key_that_no_index_could_hold_is_refused_and_readable_ones_are_not() {
        LaunchRequest request =
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());
        assertThatThrownBy(() -> request.idempotencyKey("k".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("201");
        assertThat(request.idempotencyKey("Öffne die Tür 😀").idempotencyKey()).isEqualTo("Öffne die Tür 😀");
        assertThat(Owner.of("Bücher & Töne 😀").id()).startsWith("Bücher");
    }
}
