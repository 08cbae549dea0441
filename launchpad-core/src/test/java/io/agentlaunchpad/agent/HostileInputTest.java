package io.agentlaunchpad.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputTest {

    private static final String MINIMAL = "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"Ünder the sea\"}}";

    private static Problem only(byte[] json) {
        try {
            AgentPayload.parse(json);
        } catch (InvalidAgentException e) {
            assertThat(e.problems()).hasSize(1);
            return e.problems().get(0);
        }
        throw new AssertionError("accepted");
    }

    private static Problem only(String json) {
        return only(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aByteOrderMarkIsWelcome() {
        byte[] bytes = ("\uFEFF" + MINIMAL).getBytes(StandardCharsets.UTF_8);
        assertThat(AgentPayload.parse(bytes).spec().personality().bio()).containsExactly("Ünder the sea");
        assertThat(AgentPayload.parse("\uFEFF" + MINIMAL).spec())
                .isEqualTo(AgentPayload.parse(MINIMAL).spec());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "ISO-8859-1", "windows-1252"})
    void anotherEncodingIsNamed(String charset) {
        Problem problem = only(MINIMAL.getBytes(Charset.forName(charset)));
        assertThat(problem.path()).isEqualTo("$");
        assertThat(problem.problem()).contains("UTF-8");
        assertThat(problem.fix()).isEqualTo("save the file as UTF-8.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | empty",
                "`   ` | empty",
                "null | It is null",
                "[] | It is a list",
                "7 | It is 7",
                "{ | not valid JSON at line 1",
                "{} {} | More text follows",
                "{} x | not valid JSON",
                "{\"agentName\": NaN} | not valid JSON",
                "{\"agentName\": sk-hidden} | not valid JSON",
                "{'agentName': \"x\"} | not valid JSON",
                "{\"agentName\": \"x\",} | not valid JSON",
                "{\"agentName\": \"a`\u0001`b\"} | not valid JSON",
                "{\"agentName\": 01} | not valid JSON",
                "// hello | not valid JSON"
            })
    void whatIsNoConfigurationIsOneProblemWithAPlace(String json, String expected) {
        Problem problem = only(json == null ? "" : json);
        assertThat(problem.problem()).contains(expected);
        assertThat(problem.toString()).doesNotContain("hidden").contains("Fix: ");
    }

    @Test
    void aDuplicateKeyIsToldWithItsPath() {
        assertThat(only("{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\", \"bio\": \"y\"}}"))
                .isEqualTo(new Problem("$.personality.bio", "The key stands here twice.", "keep one of the two."));
    }

    @Test
    void tenMegabytesAreRefusedAtOnce() {
        byte[] big = new byte[10 << 20];
        Arrays.fill(big, (byte) '[');
        long start = System.nanoTime();
        assertThat(only(big).problem()).contains("1048576 bytes");
        assertThat(only(" ".repeat(10 << 20) + MINIMAL).problem()).contains("1048576 bytes");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aDocumentMayHaveExactlyOneMebibyte() {
        byte[] minimal = MINIMAL.getBytes(StandardCharsets.UTF_8);
        byte[] full = Arrays.copyOf(minimal, Limits.DOCUMENT_BYTES);
        Arrays.fill(full, minimal.length, full.length, (byte) ' ');
        assertThatCode(() -> AgentPayload.parse(full)).doesNotThrowAnyException();
        assertThatCode(() -> AgentPayload.parse(new String(full, StandardCharsets.UTF_8)))
                .doesNotThrowAnyException();
        byte[] more = Arrays.copyOf(full, full.length + 1);
        more[full.length] = ' ';
        assertThat(only(more).problem()).contains("1 MiB");
        assertThat(only(new String(more, StandardCharsets.UTF_8)).problem()).contains("1 MiB");
    }

    @ParameterizedTest
    @ValueSource(ints = {Limits.DOCUMENT_DEPTH - 2, 3_000, 300_000})
    void deepNestingIsOneProblemAndNoStackOverflow(int levels) {
        String deep = "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"selectedPlugins\": [\"acme\"],"
                + " \"pluginConfigs\": {\"acme\": {\"x\": " + "[".repeat(levels) + "]".repeat(levels) + "}}}";
        assertThat(only(deep).problem()).isEqualTo("The JSON is nested deeper than 32 levels.");
        assertThat(only("[".repeat(levels + 40)).problem()).isEqualTo("The JSON is nested deeper than 32 levels.");
    }

    @Test
    void nestingUpToTheLimitIsFine() {
        int levels = Limits.DOCUMENT_DEPTH - 3;
        String deep = "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"selectedPlugins\": [\"acme\"],"
                + " \"pluginConfigs\": {\"acme\": {\"x\": " + "[".repeat(levels) + "]".repeat(levels) + "}}}";
        AgentSpec spec = AgentPayload.parse(deep).spec();
        assertThat(AgentSpec.fromJson(spec.toJson())).isEqualTo(spec);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999", "-1e999", "9007199254740992", "1e-400", "123456789012345678901234567890", "1e1000000000"
            })
    void aNumberJavascriptCannotHoldIsAProblem(String number) {
        Problem problem =
                only("{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"selectedPlugins\": [\"acme\"],"
                        + " \"pluginConfigs\": {\"acme\": {\"n\": " + number + "}}}");
        assertThat(problem.path()).isEqualTo("$.pluginConfigs.acme.n");
        assertThat(problem.problem()).contains("out of range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\u0007", "\\u007f", "\\u009f", "\\ud800", "\\udfff", "\\udc00\\ud800"})
    void controlCharactersAndHalvesOfCharactersAreProblems(String escape) {
        assertThat(only("{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"ok\", \"a" + escape + "b\"]}}")
                        .path())
                .isEqualTo("$.personality.bio[1]");
        assertThat(only("{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"secrets\": {\"K\": \"a" + escape
                                + "b\"}}")
                        .path())
                .isEqualTo("$.secrets.K");
    }

    @Test
    void aFloodOfProblemsIsCutAndCounted() {
        String json = "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\", \"topics\": [" + "7,".repeat(300_000)
                + "7]}}";
        long start = System.nanoTime();
        try {
            AgentPayload.parse(json);
            throw new AssertionError("accepted");
        } catch (InvalidAgentException e) {
            assertThat(e.problems()).hasSize(Problems.MOST + 1);
            assertThat(e.problems().get(Problems.MOST).problem()).contains("more problems are not listed");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void valuesThatAlmostLookLikeTokensAreJudgedInOneLook() {
        AgentPayload payload = inTime(() -> AgentPayload.parse(withSettings(50, "eyJ-".repeat(5_000))));
        assertThat(payload.spec().settings().get("acme")).hasSize(50);
        assertThat(inTime(() -> AgentSpec.fromJson(payload.spec().toJson()))).isEqualTo(payload.spec());
    }

    @Test
    void aValueBeyondTheLimitIsOneProblemHoweverLongItIs() {
        Problem problem = inTime(() -> only(withSettings(1, "eyJ-".repeat(250_000))));
        assertThat(problem.problem()).isEqualTo("The text has 1000000 characters.");
    }

    private static String withSettings(int count, String value) {
        return "{\"agentName\": \"ada\", \"personality\": {\"bio\": \"x\"}, \"selectedPlugins\": [\"acme\"],"
                + " \"pluginConfigs\": {\"acme\": {"
                + IntStream.range(0, count)
                        .mapToObj(i -> "\"S" + i + "\": \"" + value + "\"")
                        .collect(Collectors.joining(","))
                + "}}}";
    }

    @Test
    void aFloodOfSecretsIsOneProblemAndAFloodOfRemovedOnesIsTakenIn() {
        InvalidAgentException refused = inTime(() -> catchThrowableOfType(
                InvalidAgentException.class, () -> AgentPayload.parse(withSecrets(90_000, "\"v\""))));
        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("$.secrets");
            assertThat(problem.problem()).isEqualTo("The list has 90000 entries.");
        });
        assertThat(inTime(() -> AgentPayload.parse(withSecrets(80_000, "null")))
                        .secrets()
                        .removedNames())
                .hasSize(80_000);
    }

    private static String withSecrets(int count, String value) {
        return "{\"agentName\":\"ada\",\"personality\":{\"bio\":\"x\"},\"secrets\":{"
                + IntStream.range(0, count)
                        .mapToObj(i -> "\"K" + Integer.toString(i, 36) + "\":" + value)
                        .collect(Collectors.joining(","))
                + "}}";
    }

    /** Far more than it takes, and far less than work that grows with the square of the input would take. */
    private static <T> T inTime(ThrowingSupplier<T> work) {
        return assertTimeoutPreemptively(Duration.ofSeconds(40), work);
    }

    @Test
    void twentyThousandMutationsGiveAPayloadOrProblemsAndNothingElse() {
        Random random = new Random(4_711);
        String[] tokens = {
            "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e9", "\\", "\\ud800", "\u0000", "[[[[", "{}",
            "\"***\"", "😀", "\"ref\""
        };
        int accepted = 0;
        for (int i = 0; i < 25_000; i++) {
            byte[] bytes = mutate(AgentPayloadTest.FULL, random, tokens);
            try {
                AgentPayload payload = AgentPayload.parse(bytes);
                if (!AgentSpec.fromJson(payload.spec().toJson()).equals(payload.spec())) {
                    throw new AssertionError("mutation " + i + " does not come back: "
                            + payload.spec().toJson());
                }
                accepted++;
            } catch (InvalidAgentException e) {
                // Plain loops: an assertion library's own cost would be most of this test.
                for (Problem problem : e.problems()) {
                    if (problem.fix().isBlank() || problem.toString().contains("\uD800")) {
                        throw new AssertionError("mutation " + i + ": " + problem);
                    }
                }
            } catch (RuntimeException e) {
                throw new AssertionError("mutation " + i + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(accepted).isBetween(500, 24_000);
    }

    private static byte[] mutate(String json, Random random, String[] tokens) {
        StringBuilder text = new StringBuilder(json);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, tokens[random.nextInt(tokens.length)]);
                case 2 -> text.replace(at, end, tokens[random.nextInt(tokens.length)]);
                case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                case 4 -> text.setCharAt(at, (char) random.nextInt(0x300));
                default -> swapLetters(text, at);
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static void swapLetters(StringBuilder text, int at) {
        if (at + 1 < text.length()) {
            char c = text.charAt(at);
            text.setCharAt(at, text.charAt(at + 1));
            text.setCharAt(at + 1, c);
        }
    }

    @Test
    void aSecretIsInNoProblemWhateverIsWrongAroundIt() {
        String planted = "planted-4711-value";
        List<String> documents = List.of(
                "{\"secrets\": {\"K\": \"" + planted + "\", \"K\": 7}}",
                "{\"secrets\": {\"K\": \"" + planted + "\u0000\"}}",
                "{\"secrets\": {\"K\": " + planted + "}}",
                "{\"secrets\": {\"K\": \"" + planted + "}}",
                "{\"secrets\": {\"K\": {\"value\": \"" + planted + "\"}}}",
                "{\"secrets\": [\"" + planted + "\"]}",
                "{\"secrets\": \"" + planted + "\"}",
                "{\"secrets\": {\"POSTGRES_URL\": \"" + planted + "\"}}",
                "{\"secrets\": {\"K\": \"" + planted + "\"}, \"platforms\": {\"discord\": {\"token\": [\"" + planted
                        + "\"]}}}",
                "{\"platforms\": {\"discord\": \"" + planted + "\", \"telegram\": \"" + planted + "\"}}",
                "{\"platforms\": {\"discord\": {\"Token\": \"" + planted + "\"}}}",
                "{\"apiKey\": \"" + planted + "\"}",
                "{\"selectedPlugins\": [\"x\"], \"pluginConfigs\": {\"x\": {\"K_TOKEN\": [\"" + planted + "\"]}}}",
                "{\"selectedPlugins\": [\"x\"], \"pluginConfigs\": {\"x\": \"" + planted + "\"}}",
                "{\"selectedPlugins\": [\"x\"], \"pluginConfigs\": {\"x\": {\"a\": {\"password\": \"" + planted
                        + "\"}}}}",
                "{\"secrets\": {\"DISCORD_API_TOKEN\": \"other\"}, \"platforms\": {\"discord\": {\"token\": \""
                        + planted + "\"}}}");
        for (String document : documents) {
            try {
                AgentPayload.parse(document);
                throw new AssertionError("accepted " + document);
            } catch (InvalidAgentException e) {
                assertThat(e).as(document).hasMessageNotContaining(planted);
            }
        }
    }
}
