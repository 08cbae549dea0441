package io.agentlaunchpad.project;

import static io.agentlaunchpad.project.DependencyInstallerIT.installer;
import static io.agentlaunchpad.project.DependencyInstallerIT.leftovers;
import static io.agentlaunchpad.project.DependencyInstallerIT.minutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small disk of its own, which only root can make; elsewhere these tests are skipped and say so. */
class DiskFullIT {

    @TempDir
    Path temp;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temp.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=200m", "launchpad-test", disk.toString());
        assumeTrue(mounted, "SKIPPED: no right to mount a small disk; run as root to test a full one");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    @Test
    void too_little_space_is_said_with_numbers_before_anything_is_fetched() throws IOException {
        fill(150 << 20);
        DependencyInstaller installer = installer(disk.resolve("cache"), Map.of());
        assertThatThrownBy(() -> installer.install(Samples.coreLock(), Target.host(), minutes(1)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining(disk.toString())
                .hasMessageMatching("(?s).*about \\d+ MB needed, (4\\d|50) MB .*LAUNCHPAD_CACHE.*");
        assertThat(leftovers(disk.resolve("cache"))).isEmpty();
        assertThat(installer.isInstalled(Samples.coreLock(), Target.host())).isFalse();
    }

    @Test
    void where_the_disk_is_full_of_what_nobody_uses_there_is_room() throws IOException {
        DependencyCache cache = new DependencyCache(disk.resolve("cache"), Long.MAX_VALUE);
        cache.obtain("a".repeat(32), directory -> fill(directory.resolve("filler"), 150 << 20), minutes(1))
                .close();
        DependencyInstaller installer = installer(disk.resolve("cache"), Map.of());
        installer.install(Samples.coreLock(), Target.host(), minutes(5)).close();
        assertThat(cache.contains("a".repeat(32))).isFalse();
    }

    @Test
    void a_disk_that_fills_up_in_the_middle_leaves_nothing_and_the_next_try_succeeds() throws IOException {
        DependencyInstaller installer = installer(disk.resolve("cache"), Map.of());
        Bounds filling = minutes(3).telling(line -> {
            if (line.equals("fetched 20 packages")) {
                fill(Long.MAX_VALUE);
            }
        });
        assertThatThrownBy(() -> installer.install(Samples.coreLock(), Target.host(), filling))
                .isInstanceOf(BuildException.class)
                .extracting("code")
                .isEqualTo("DISK_FULL");
        assertThat(leftovers(disk.resolve("cache"))).isEmpty();
        Files.delete(disk.resolve("filler"));
        installer.install(Samples.coreLock(), Target.host(), minutes(5)).close();
        assertThat(installer.isInstalled(Samples.coreLock(), Target.host())).isTrue();
    }

    private void fill(long bytes) {
        fill(disk.resolve("filler"), bytes);
    }

    private static void fill(Path file, long bytes) {
        byte[] piece = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += piece.length) {
                out.write(piece);
            }
        } catch (IOException full) {
            // That was the purpose.
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
