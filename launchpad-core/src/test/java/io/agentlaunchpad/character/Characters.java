package io.agentlaunchpad.character;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Character files to import: our own samples, and those of folders that may exist on this machine. */
final class Characters {

    static final Path OLD = Path.of("src/test/resources/io/agentlaunchpad/character/old");
    static final Path CURRENT = Path.of("src/test/resources/io/agentlaunchpad/character/current");

    /** Where a workspace keeps public files that are not ours to copy; LAUNCHPAD_TEST_CHARACTERS names another place. */
    static final Path PUBLIC =
            Path.of(System.getenv().getOrDefault("LAUNCHPAD_TEST_CHARACTERS", "../../shared/fixtures/characters"));

    private Characters() {}

    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>(in(OLD));
        all.addAll(in(CURRENT));
        all.addAll(in(PUBLIC));
        return all;
    }
}
