package io.agentlaunchpad.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.internal.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who has an embedded database open: the runner notes its process beside the directory, in {@code .elizadb.lock}. */
final class DatabaseOwner {

    private DatabaseOwner() {}

    /** The live process that has it open. */
    static Optional<ProcessHandle> of(Path database) {
        Optional<String> note = LocalFiles.read(database.resolveSibling(database.getFileName() + ".lock"));
        if (note.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode owner = Json.mapper().readTree(note.get());
            return ProcessHandle.of(owner.path("pid").asLong(-1))
                    .filter(Processes::lives)
                    .filter(process ->
                            sameStart(process.pid(), owner.path("started").asText("")));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The runner notes field 22 of proc(5) stat on Linux; elsewhere the number alone must do, and the wait is bounded. */
    private static boolean sameStart(long pid, String started) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(stat)) {
            return true;
        }
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(") ") + 2).split(" ", -1);
            return fields.length > 19 && fields[19].equals(started);
        } catch (IOException e) {
            return false;
        }
    }
}
