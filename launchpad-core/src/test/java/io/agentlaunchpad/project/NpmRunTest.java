package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "scripts for sh")
class NpmRunTest {

    @TempDir
    private Path directory;

    @Test
    void it_ends_as_soon_as_the_disk_is_full_whatever_npm_still_tries() {
        NpmRun.Output output = run("echo 'npm warn tar TAR_ENTRY_ERROR ENOENT: no such file' >&2;"
                + " echo 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write' >&2; exec sleep 60");

        assertThat(output.damage()).contains("ENOSPC");
        assertThat(output.exit()).isNotZero();
    }

    @Test
    void other_damage_is_told_when_npm_has_ended_with_its_own_words() {
        NpmRun.Output output = run("echo 'npm warn tar TAR_ENTRY_ERROR ENOENT: no such file' >&2; sleep 0.3;"
                + " echo 'npm error code EINTEGRITY' >&2; exit 1");

        assertThat(output.damage()).contains("ENOENT");
        assertThat(output.tail()).contains("npm error code EINTEGRITY");
    }

    private NpmRun.Output run(String script) {
        return new NpmRun("testing", Bounds.within(Duration.ofSeconds(20)))
                .runBare(List.of("sh", "-c", script), Map.of("PATH", System.getenv("PATH")), directory);
    }
}
