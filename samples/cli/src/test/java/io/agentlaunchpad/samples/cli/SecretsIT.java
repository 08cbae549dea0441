package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.samples.cli.Command.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Law 7: planted secret values stand nowhere but in the secret files of their agent. */
class SecretsIT {

    private static final String MODEL_KEY = "planted-model-key-9f3a7c51d2";
    private static final String OTHER = "planted-other-value-77e1b0aa43";

    @TempDir
    private Path directory;

    private Path home;
    private Command launchpad;

    @AfterEach
    void delete() {
        launchpad.ask("delete", "keeper");
    }

    @Test
    void planted_secrets_stand_nowhere_they_must_not() throws IOException {
        home = directory.resolve("home");
        launchpad = new Command(home);
        Path file = Files.writeString(directory.resolve("keeper.json"), """
                {"agentName": "keeper", "personality": {"bio": ["Keeps things"]},
                 "selectedPlugins": ["@elizaos/plugin-openai"],
                 "secrets": {"OPENAI_API_KEY": "%s", "SOMETHING_ELSE": "%s"}}
                """.formatted(MODEL_KEY, OTHER));
        List<Ended> said = new ArrayList<>();
        for (String[] line : new String[][] {
            {"validate", file.toString(), "--json"},
            {"character", file.toString()},
            {"export", file.toString(), directory.resolve("exported").toString()},
            {"launch", file.toString(), "--echo-model", "--detach"},
            {"chat", "keeper", "Hello"},
            {"status", "keeper"},
            {"list"},
            {"events", "keeper"},
            {"events", "keeper", "--json"},
            {"restart", "keeper"},
            {"logs", "keeper"},
        }) {
            said.add(launchpad.run(line).exits(0));
        }
        for (String process : Command.processesOf(home)) {
            assertThat(process).doesNotContain(MODEL_KEY, OTHER);
        }
        for (Ended ended : said) {
            assertThat(ended.out() + ended.err()).doesNotContain(MODEL_KEY, OTHER);
        }
        assertThat(filesWith(directory.resolve("exported"))).isEmpty();
        List<Path> holders = filesWith(home);
        assertThat(holders)
                .as("the values are kept somewhere, or this search finds nothing")
                .isNotEmpty();
        for (Path holder : holders) {
            assertThat(holder.toString()).contains("/secrets/");
            assertThat(Files.getPosixFilePermissions(holder))
                    .isEqualTo(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
        }
    }

    @Test
    void a_secret_in_a_visible_field_is_refused_before_anything_runs() throws IOException {
        home = directory.resolve("home");
        launchpad = new Command(home);
        Path file = Files.writeString(directory.resolve("keeper.json"), """
                {"agentName": "keeper", "personality": {"bio": ["My key is %s, keep it"]},
                 "secrets": {"OPENAI_API_KEY": "%s"}}
                """.formatted(MODEL_KEY, MODEL_KEY));

        Ended ended = launchpad.run("launch", file.toString(), "--detach");

        assertThat(ended.exit()).as(ended.out() + ended.err()).isIn(2, 3);
        assertThat(ended.out() + ended.err()).doesNotContain(MODEL_KEY).contains("Fix:");
        assertThat(Command.processesOf(home)).isEmpty();
    }

    private static List<Path> filesWith(Path root) throws IOException {
        List<String> forms = Stream.of(MODEL_KEY, OTHER)
                .flatMap(value ->
                        Stream.of(value, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))))
                .toList();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> {
                        try {
                            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                            return forms.stream().anyMatch(text::contains);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
