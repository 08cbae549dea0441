package io.agentlaunchpad.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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
}
