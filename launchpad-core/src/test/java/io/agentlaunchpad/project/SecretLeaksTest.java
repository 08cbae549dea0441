package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.project.SecretLeaks.Leak;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretLeaksTest {

    /** Keys are put together here, so that none stands in this file. */
    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("OpenAI API key", "sk-proj-" + drawn(64)),
                Arguments.of("API key (sk-…)", "sk-" + drawn(48)),
                Arguments.of("Anthropic API key", "sk-ant-api03-" + drawn(80)),
                Arguments.of("OpenRouter API key", "sk-or-v1-" + drawn(64)),
                Arguments.of("GitHub token", "ghp_" + drawn(36)),
                Arguments.of("GitHub token", "github_pat_" + drawn(22) + "_" + drawn(59)),
                Arguments.of("GitLab token", "glpat-" + drawn(20)),
                Arguments.of("Slack token", "xoxb-" + "123456789012-123456789012-" + drawn(24)),
                Arguments.of("Slack token", "xoxp-" + "123456789012-" + drawn(24)),
                Arguments.of("Slack token", "xoxa-" + "2-123456789012-" + drawn(24)),
                Arguments.of("AWS access key", "AKIA" + "J4Q7WZ2XK9PL3MNB"),
                Arguments.of("Google API key", "AIza" + drawn(35)),
                Arguments.of("Groq API key", "gsk_" + drawn(52)),
                Arguments.of("Hugging Face token", "hf_" + drawn(34)),
                Arguments.of("npm token", "npm_" + drawn(36)),
                Arguments.of("Stripe key", "sk_live_" + drawn(24)),
                Arguments.of("Telegram bot token", "7123456789:AA" + drawn(33)),
                Arguments.of("Discord bot token", "MTA" + drawn(23) + "." + drawn(6) + "." + drawn(38)),
                Arguments.of("JSON web token", "eyJ" + drawn(33) + ".eyJ" + drawn(60) + "." + drawn(43)),
                Arguments.of("private key", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + drawn(64) + "\n" + drawn(64)),
                Arguments.of("private key", "-----BEGIN PRIVATE " + "KEY-----\\n" + drawn(64) + "\\n" + drawn(64)),
                Arguments.of(
                        "connection string with password", "postgres://ada:" + drawn(12) + "@db.example:5432/eliza"),
                Arguments.of("connection string with password", "redis://:" + drawn(12) + "@cache:6379"),
                Arguments.of("secret setting", "SOME_VENDOR_API_KEY\": \"" + drawn(40)),
                Arguments.of("npm login", "//npm.example/:_authToken=" + drawn(30)));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void a_key_of_a_usual_shape_is_found_with_its_line_and_never_shown(String rule, String key) {
        String text = "{\n  \"a\": 1,\n  \"x\": \"" + key + "\"\n}\n";
        List<Leak> leaks = SecretLeaks.byShape().in(Map.of("character.json", bytes(text)));
        assertThat(leaks).hasSize(1);
        assertThat(leaks.get(0).rule()).isEqualTo(rule);
        assertThat(leaks.get(0).path()).isEqualTo("character.json");
        assertThat(leaks.get(0).line()).isBetween(3, 4);
        for (int from = 0; from + 12 <= key.length(); from++) {
            String piece = key.substring(from, from + 12);
            if (!piece.matches(".*(KEY|PRIVATE|authToken|://|VENDOR|ENDOR_|example).*")) {
                assertThat(leaks.get(0).toString()).doesNotContain(piece);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPENAI_API_KEY=",
                "OPENAI_API_KEY=sk-...",
                "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "OPENAI_API_KEY: process.env.OPENAI_API_KEY",
                "OPENAI_API_KEY: \"${OPENAI_API_KEY_FROM_VAULT}\"",
                "POSTGRES_URL=postgres://user:password@host:5432/db",
                "postgres://${DB_USER}:${DB_PASSWORD}@host/db",
                "postgres://localhost:5432/eliza",
                "-----BEGIN PRIVATE KEY-----",
                "see https://docs.example/sk-guide and risk-assessment-of-something-long",
                "the task-management-and-desk-organisation-guide-for-everybody",
                "\"integrity\": \"sha512-Tv63k7AHvB2SQ7nOUhF4ugzxrnhWZ3bW3Dyzqx7RdTu0rLzoD5dVlzgrGAeF0iCtCRWDyF5iNgEyz64VfytGZQ==\"",
                "MAX_TOKEN=4096",
            })
    void placeholders_and_prose_are_not_keys(String text) {
        assertThat(SecretLeaks.byShape().in(Map.of("README.md", bytes(text)))).isEmpty();
    }

    @Test
    void a_text_made_to_exhaust_the_stack_is_searched_like_any_other() {
        String blank = "-----BEGIN PRIVATE KEY-----" + " ".repeat(50_000) + "\\n".repeat(50_000) + "x";

        assertThat(Masking.mask(blank)).isEqualTo(blank);
    }

    @Test
    void an_own_value_is_found_in_every_dress() {
        String value = "pä\"ss/wörd+ & so?on\\";
        SecretLeaks search = SecretLeaks.of(Secrets.of("X_PASSWORD", value));
        byte[] utf8 = bytes(value);
        Map<String, String> dresses = Map.of(
                "plain",
                value,
                "json",
                "{\"k\":" + Json.MAPPER.valueToTree(value) + "}",
                "ascii",
                "p\\u00e4\\\"ss/w\\u00f6rd+ & so?on\\\\",
                "form",
                "a=" + URLEncoder.encode(value, StandardCharsets.UTF_8),
                "percent",
                "a=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"),
                "base64",
                Base64.getEncoder().encodeToString(utf8),
                "inside0",
                Base64.getEncoder().encodeToString(bytes("abc" + value + "tail")),
                "inside1",
                Base64.getEncoder().encodeToString(bytes("abcd" + value + "tail")),
                "inside2",
                Base64.getUrlEncoder().encodeToString(bytes("abcde" + value + "tail")));
        dresses.forEach((name, text) -> assertThat(search.in(Map.of(name, bytes("…" + text + "…"))))
                .as(name)
                .singleElement()
                .satisfies(leak -> {
                    assertThat(leak.rule()).startsWith("value of X_PASSWORD");
                    assertThat(leak.excerpt()).doesNotContain("rd+");
                }));
    }

    @Test
    void an_own_value_is_found_trimmed_and_on_one_line_but_a_line_of_it_may_be_ordinary() {
        SecretLeaks search =
                SecretLeaks.of(Secrets.of("K", "first\nsecond-half\n").and("SHORT", " true\n"));

        assertThat(search.in(Map.of("a", bytes("second-half")))).isEmpty();
        for (String text : List.of("first\nsecond-half", "first second-half", "first%20second-half")) {
            assertThat(search.in(Map.of("a", bytes("it is true: " + text + "."))))
                    .as(text)
                    .singleElement()
                    .satisfies(leak -> assertThat(leak.rule()).startsWith("value of K"));
        }
    }

    @Test
    void an_own_value_counts_as_itself_rather_than_as_its_shape() {
        String key = "sk-proj-" + drawn(64);
        assertThat(SecretLeaks.of(Secrets.of("OPENAI_API_KEY", key)).in(Map.of("a", bytes("x=" + key))))
                .singleElement()
                .extracting(Leak::rule)
                .isEqualTo("value of OPENAI_API_KEY");
    }

    @Test
    void short_values_are_words_and_not_looked_for() {
        assertThat(SecretLeaks.of(Secrets.of("X", "true")).in(Map.of("a", bytes("it is true"))))
                .isEmpty();
    }

    @Test
    void a_key_is_found_once_wherever_it_stands_in_a_large_file() throws IOException {
        String key = "ghp_" + drawn(36);
        String own = "correct horse battery staple";
        SecretLeaks search = SecretLeaks.of(Secrets.of("PHRASE", own));
        int window = 1 << 17;
        for (int at :
                new int[] {0, 100, window - 50, window - 1, window, window + 4090, 2 * window + 4096 + 7, 500_000}) {
            StringBuilder text = new StringBuilder(".".repeat(at)).append('\n');
            text.append(key).append(' ').append(own).append('\n').append("-\n".repeat(100_000));
            List<Leak> leaks = search.in("big", new ByteArrayInputStream(bytes(text.toString())));
            assertThat(leaks).as("at " + at).extracting(Leak::rule).containsExactly("GitHub token", "value of PHRASE");
            assertThat(leaks)
                    .as("at " + at)
                    .allSatisfy(leak -> assertThat(leak.line()).isEqualTo(2));
        }
    }

    @Test
    void a_file_of_any_size_is_read_in_small_pieces() throws IOException {
        InputStream endless = new InputStream() {
            private long left = 1L << 27;

            @Override
            public int read() {
                return left-- > 0 ? 'a' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                assertThat(length).isLessThan(1 << 20);
                if (left <= 0) {
                    return -1;
                }
                int n = (int) Math.min(length, left);
                java.util.Arrays.fill(into, from, from + n, (byte) 'a');
                left -= n;
                return n;
            }
        };
        assertThat(SecretLeaks.byShape().in("endless", endless)).isEmpty();
    }

    @Test
    void directories_are_searched_without_following_links_and_without_dependencies(@TempDir Path dir)
            throws IOException {
        String key = "ghp_" + drawn(36);
        Path outside = Files.writeString(dir.resolve("outside"), key);
        Path project = Files.createDirectories(dir.resolve("project"));
        Files.createDirectories(project.resolve("node_modules/x"));
        Files.writeString(project.resolve("node_modules/x/test.js"), key);
        Files.createSymbolicLink(project.resolve("link"), outside);
        Files.createSymbolicLink(project.resolve("circle"), project);
        assertThat(SecretLeaks.byShape().in(project)).isEmpty();
        assertThat(SecretLeaks.byShape().includingDependencies().in(project))
                .extracting(Leak::path)
                .containsExactly("node_modules/x/test.js");
    }

    private static String drawn(int length) {
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        StringBuilder text = new StringBuilder();
        new Random(length).ints(length, 0, letters.length()).forEach(i -> text.append(letters.charAt(i)));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
