package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.agentlaunchpad.agent.AgentId;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EchoModelsTest {

    private static final AgentId ADA = new AgentId("ada-0123456789");

    @TempDir
    Path home;

    @Test
    void a_stand_in_whose_parent_takes_no_notice_of_its_end_has_ended() throws Exception {
        EchoModels models = new EchoModels(home);
        // As in a container whose first process does not care for orphans: what ended stays in the list of processes.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 300 >&- & echo $!; exec sleep 300").start();
        try (BufferedReader output = parent.inputReader()) {
            ProcessHandle orphan =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            long start = orphan.info().startInstant().orElseThrow().toEpochMilli();
            Path note = Files.createDirectories(home.resolve("echo-model")).resolve(ADA + ".json");
            Files.writeString(note, "{\"port\":0,\"pid\":" + orphan.pid() + ",\"startedAt\":" + start + "}");

            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> models.stop(ADA));

            assertThat(models.ensureDetached(ADA)).hasPath("/v1").matches(url -> url.getPort() > 0);
            models.delete(ADA);
        } finally {
            parent.destroyForcibly();
        }
    }
}
