package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    @Test
    void what_was_written_before_the_server_began_a_new_file_is_found_too(@TempDir Path folder) throws IOException {
        Instant moment = Instant.now();
        Path old = Files.writeString(folder.resolve("audit-2026-11-30T03-49-11.311.log"), "ours long ago\n");
        Files.setLastModifiedTime(old, FileTime.from(moment.minusSeconds(60)));
        Path before = Files.writeString(folder.resolve("audit-2026-11-30T07-04-20.682.log"), "others\nours first\n");
        Files.setLastModifiedTime(before, FileTime.from(moment.plusSeconds(1)));
        Path current = Files.writeString(folder.resolve("audit.log"), "ours second\nothers\n");
        Files.setLastModifiedTime(current, FileTime.from(moment.plusSeconds(2)));

        assertThat(AuditLog.at(current).since(moment, "ours")).containsExactly("ours first", "ours second");
    }

    @Test
    void aLineThatIsStillBeingWrittenIsLeftOut(@TempDir Path folder) throws IOException {
        Path current = folder.resolve("audit.log");
        // Cut within a character.
        Files.write(current, Arrays.copyOf("ours whole\nours half ü".getBytes(StandardCharsets.UTF_8), 22));

        assertThat(AuditLog.at(current).since(Instant.now(), "ours")).containsExactly("ours whole");
    }

    @Test
    void aFileThatGetsAnotherNameMeanwhileIsLookedForAgain(@TempDir Path folder) throws Exception {
        Path current = Files.writeString(folder.resolve("audit.log"), "ours\n");
        // Listed, and not there.
        Path gone = Files.createSymbolicLink(folder.resolve("audit-gone.log"), folder.resolve("nowhere"));
        FutureTask<List<String>> looking =
                new FutureTask<>(() -> AuditLog.at(current).since(Instant.now(), "ours"));
        Thread thread = new Thread(looking);
        thread.setDaemon(true);
        thread.start();

        assertThatThrownBy(() -> looking.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        Files.delete(gone);
        assertThat(looking.get(1, TimeUnit.MINUTES)).containsExactly("ours");
    }

    @Test
    void aFolderThatIsNotThereIsToldAtOnce(@TempDir Path folder) {
        AuditLog nowhere = AuditLog.at(folder.resolve("nowhere/audit.log"));

        assertThatThrownBy(() -> nowhere.since(Instant.now(), "ours")).isInstanceOf(NoSuchFileException.class);
    }
}
