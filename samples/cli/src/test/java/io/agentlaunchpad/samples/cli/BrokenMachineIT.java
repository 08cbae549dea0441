package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentlaunchpad.samples.cli.Command.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read when their machine lacks something, and that nothing half-done stays behind. */
class BrokenMachineIT {

    @TempDir
    private Path directory;

    private Path home;
    private Path cache;
    private Path file;
    private Command launchpad;

    @BeforeEach
    void prepare() throws IOException {
        home = directory.resolve("home");
        cache = directory.resolve("cache");
        file = Files.writeString(
                directory.resolve("ada.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"Explains\"]}}");
        launchpad = new Command(home).with("LAUNCHPAD_CACHE", cache.toString());
    }

    @Test
    void without_npm_the_launch_is_rejected_with_the_way_out() throws IOException {
        Path tools = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(tools.resolve("node"), which("node"));

        Ended ended = launchpad
                .with("PATH", tools.toString())
                .run("launch", file.toString(), "--detach")
                .exits(3);

        assertThat(ended.err()).contains("npm", "Fix:");
        assertNothingInstalled();
    }

    @Test
    void without_node_the_doctor_and_the_launch_say_so() throws IOException {
        Path tools = Files.createDirectory(directory.resolve("bin"));
        Command bare = launchpad.with("PATH", tools.toString());

        assertThat(bare.run("doctor").exits(3).out()).contains("node", "not found", "Fix: install Node.js 20");
        assertThat(bare.run("launch", file.toString(), "--detach").exits(3).err())
                .contains("Fix:");
    }

    @Test
    void an_unreachable_registry_is_named_and_nothing_is_half_installed() throws IOException {
        Command cut = launchpad
                .with("npm_config_registry", "http://127.0.0.1:9/")
                .with("npm_config_cache", directory.resolve("npm-cache").toString());

        Ended ended = cut.run("launch", file.toString(), "--detach").exits(3);

        assertThat(ended.err()).contains("UNREACHABLE", "Fix:");
        assertNothingInstalled();
    }

    @Test
    void a_full_disk_in_the_cache_folder_is_named_and_nothing_is_half_installed() throws Exception {
        Files.createDirectories(cache);
        boolean mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", cache.toString())
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
        assumeTrue(mounted, "NOT RUN: mounting a small file system needs root");
        try {
            Ended ended = launchpad.run("launch", file.toString(), "--detach").exits(3);

            assertThat(ended.err()).contains("Fix:").containsIgnoringCase("space");
            assertNothingInstalled();
        } finally {
            new ProcessBuilder("umount", cache.toString()).start().waitFor();
        }
    }

    @Test
    void a_home_that_cannot_be_written_is_named() throws IOException {
        Path blocked = Files.writeString(directory.resolve("blocked"), "a file, not a directory");

        Ended ended = new Command(blocked.resolve("home")).run("launch", file.toString(), "--detach");

        assertThat(ended.exit()).isIn(2, 3, 5);
        assertThat(ended.err()).contains("blocked", "Fix:").doesNotContain("\tat ");
    }

    private void assertNothingInstalled() throws IOException {
        assertThat(Command.processesOf(home)).isEmpty();
        if (!Files.exists(cache)) {
            return;
        }
        try (Stream<Path> files = Files.walk(cache)) {
            assertThat(files.filter(path -> path.endsWith("node_modules"))).isEmpty();
        }
    }

    private static Path which(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
