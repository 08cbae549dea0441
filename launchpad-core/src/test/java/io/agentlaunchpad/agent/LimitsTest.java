package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.error.InvalidAgentException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every limit, one below and one above. */
class LimitsTest {

    private static final LimitPolicy WIDE =
            LimitPolicy.standard().maxMemory("9999Ti").maxCpu("9999").maxReplicas(9_999);

    /** A place, the last size that fits, the first that does not, and the configuration of a size. */
    record Case(String path, int fits, int fails, IntFunction<Map<String, Object>> agent) {
        @Override
        public String toString() {
            return path + " " + fits + " and not " + fails;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                most("$.agentName", Limits.NAME_MAX, n -> with("agentName", "a".repeat(n))),
                new Case("$.agentName", Limits.NAME_MIN, Limits.NAME_MIN - 1, n -> with("agentName", "a".repeat(n))),
                most("$.description", Limits.DESCRIPTION, n -> with("description", letters(n))),
                most("$.personality.system", Limits.SYSTEM, n -> personality("system", letters(n))),
                least("$.personality.bio", n -> personality("bio", copies(n, "x"))),
                most("$.personality.bio", Limits.ENTRIES, n -> personality("bio", copies(n, "x"))),
                most("$.personality.bio[0]", Limits.ENTRY, n -> personality("bio", List.of(letters(n)))),
                least("$.personality.bio[0]", n -> personality("bio", List.of(letters(n)))),
                most("$.personality.lore", Limits.ENTRIES, n -> personality("lore", copies(n, "x"))),
                most("$.personality.lore[0]", Limits.ENTRY, n -> personality("lore", List.of(letters(n)))),
                most(
                        "$.personality.knowledge",
                        Limits.KNOWLEDGE_ENTRIES,
                        n -> personality("knowledge", copies(n, "x"))),
                most(
                        "$.personality.knowledge[0]",
                        Limits.KNOWLEDGE_ENTRY,
                        n -> personality("knowledge", List.of(letters(n)))),
                most("$.personality.adjectives", Limits.ENTRIES, n -> personality("adjectives", copies(n, "x"))),
                most("$.personality.adjectives[0]", Limits.WORD, n -> personality("adjectives", List.of(letters(n)))),
                most("$.personality.topics", Limits.ENTRIES, n -> personality("topics", copies(n, "x"))),
                most("$.personality.topics[0]", Limits.WORD, n -> personality("topics", List.of(letters(n)))),
                most("$.personality.postExamples", Limits.ENTRIES, n -> personality("postExamples", copies(n, "x"))),
                most(
                        "$.personality.postExamples[0]",
                        Limits.ENTRY,
                        n -> personality("postExamples", List.of(letters(n)))),
                most(
                        "$.personality.style.all",
                        Limits.ENTRIES,
                        n -> personality("style", Map.of("all", copies(n, "x")))),
                most(
                        "$.personality.style.chat[0]",
                        Limits.ENTRY,
                        n -> personality("style", Map.of("chat", List.of(letters(n))))),
                most(
                        "$.personality.style.post",
                        Limits.ENTRIES,
                        n -> personality("style", Map.of("post", copies(n, "x")))),
                most(
                        "$.personality.messageExamples",
                        Limits.CONVERSATIONS,
                        n -> examples(copies(n, List.of(turn("x", Map.of("text", "x")))))),
                most(
                        "$.personality.messageExamples[0]",
                        Limits.TURNS,
                        n -> examples(List.of(copies(n, turn("x", Map.of("text", "x")))))),
                least(
                        "$.personality.messageExamples[0]",
                        n -> examples(List.of(copies(n, turn("x", Map.of("text", "x")))))),
                most(
                        "$.personality.messageExamples[0][0].name",
                        Limits.WORD,
                        n -> example(letters(n), Map.of("text", "x"))),
                most(
                        "$.personality.messageExamples[0][0].content.text",
                        Limits.ENTRY,
                        n -> example("x", Map.of("text", letters(n)))),
                most(
                        "$.personality.messageExamples[0][0].content.thought",
                        Limits.ENTRY,
                        n -> example("x", Map.of("text", "x", "thought", letters(n)))),
                most(
                        "$.personality.messageExamples[0][0].content.actions",
                        Limits.TURN_NAMES,
                        n -> example("x", Map.of("text", "x", "actions", copies(n, "A")))),
                most(
                        "$.personality.messageExamples[0][0].content.actions[0]",
                        Limits.WORD,
                        n -> example("x", Map.of("text", "x", "actions", List.of(letters(n))))),
                most(
                        "$.personality.messageExamples[0][0].content.providers",
                        Limits.TURN_NAMES,
                        n -> example("x", Map.of("text", "x", "providers", copies(n, "A")))),
                most(
                        "$.selectedPlugins",
                        Limits.PLUGINS,
                        n -> with(
                                "selectedPlugins",
                                IntStream.range(0, n).mapToObj(i -> "acme-" + i).toList())),
                most("$.selectedPlugins[0]", 214, n -> with("selectedPlugins", List.of("a".repeat(n)))),
                most("$.pluginConfigs.acme", Limits.SETTINGS, n -> settings(numbered(n, "S"))),
                most("$.pluginConfigs.acme.S", Limits.SETTING, n -> settings(Map.of("S", letters(n)))),
                most("$.secrets", Limits.SECRETS, n -> with("secrets", numbered(n, "S"))),
                most("$.secrets.S", Limits.SECRET, n -> with("secrets", Map.of("S", "s".repeat(n)))),
                least("$.secrets.S", n -> with("secrets", Map.of("S", "s".repeat(n)))),
                most("$.egress", Limits.EGRESS, n -> with("egress", copies(n, "a.example:1"))),
                most("$.egress[0]", 65_535, n -> with("egress", List.of("a.example:" + n))),
                least("$.egress[0]", n -> with("egress", List.of("a.example:" + n))),
                most("$.expose.host", 253, n -> with("expose", Map.of("host", host(n)))),
                most(
                        "$.secrets.S.ref.name",
                        253,
                        n -> with("secrets", Map.of("S", Map.of("ref", Map.of("name", host(n), "key", "k"))))),
                most(
                        "$.secrets.S.ref.key",
                        253,
                        n -> with("secrets", Map.of("S", Map.of("ref", Map.of("name", "n", "key", "k".repeat(n)))))),
                most(
                        "$.platforms.discord.applicationId",
                        22,
                        n -> with("platforms", Map.of("discord", Map.of("applicationId", "1".repeat(n))))),
                new Case(
                        "$.platforms.discord.applicationId",
                        15,
                        14,
                        n -> with("platforms", Map.of("discord", Map.of("applicationId", "1".repeat(n))))),
                new Case("$.resources.memory", 67_108_864, 67_108_863, n -> resources("memory", n)),
                most("$.resources.memory", 1_048_576, n -> resources("memory", n + "Mi")),
                new Case("$.resources.cpu", Limits.CPU_MIN, Limits.CPU_MIN - 1, n -> resources("cpu", n + "m")),
                most("$.resources.cpu", Limits.CPU_MAX, n -> resources("cpu", n + "m")),
                least("$.resources.replicas", n -> resources("replicas", n)),
                most("$.resources.replicas", Limits.REPLICAS, n -> resources("replicas", n)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatFitsIsTakenAndOneMoreIsToldAtItsPlace(Case each) {
        String fits = JsonValue.of(each.agent().apply(each.fits())).pretty();
        AgentSpec spec = AgentPayload.parse(fits, WIDE).spec();
        assertThat(AgentSpec.fromJson(spec.toJson())).isEqualTo(spec);
        String fails = JsonValue.of(each.agent().apply(each.fails())).pretty();
        try {
            AgentPayload.parse(fails, WIDE);
            throw new AssertionError("accepted");
        } catch (InvalidAgentException e) {
            assertThat(e.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.path()).isEqualTo(each.path()));
        }
    }

    private static Case most(String path, int limit, IntFunction<Map<String, Object>> agent) {
        return new Case(path, limit, limit + 1, agent);
    }

    private static Case least(String path, IntFunction<Map<String, Object>> agent) {
        return new Case(path, 1, 0, agent);
    }

    /** Characters that take two Java chars each: limits count what people see. */
    private static String letters(int n) {
        return "😀".repeat(n);
    }

    private static <T> List<T> copies(int n, T item) {
        return Collections.nCopies(n, item);
    }

    private static Map<String, Object> numbered(int n, String name) {
        Map<String, Object> out = new LinkedHashMap<>();
        IntStream.range(0, n).forEach(i -> out.put(name + i, "v"));
        return out;
    }

    private static String host(int length) {
        StringBuilder out = new StringBuilder("a".repeat(length));
        for (int i = 50; i < length - 1; i += 51) {
            out.setCharAt(i, '.');
        }
        return out.toString();
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("agentName", "ada");
        out.put("personality", Map.of("bio", "x"));
        out.put("selectedPlugins", List.of("acme"));
        out.put("database", Map.of("kind", "postgresql"));
        out.put(key, value);
        return out;
    }

    private static Map<String, Object> personality(String key, Object value) {
        Map<String, Object> out = new LinkedHashMap<>(Map.of("bio", "x"));
        out.put(key, value);
        return with("personality", out);
    }

    private static Map<String, Object> examples(Object conversations) {
        return personality("messageExamples", conversations);
    }

    private static Map<String, Object> example(String name, Map<String, Object> content) {
        return examples(List.of(List.of(turn(name, content))));
    }

    private static Map<String, Object> turn(String name, Map<String, Object> content) {
        return Map.of("name", name, "content", content);
    }

    private static Map<String, Object> settings(Map<String, Object> settings) {
        return with("pluginConfigs", Map.of("acme", settings));
    }

    private static Map<String, Object> resources(String key, Object value) {
        return with("resources", Map.of(key, value));
    }
}
