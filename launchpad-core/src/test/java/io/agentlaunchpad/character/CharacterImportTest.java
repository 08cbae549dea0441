package io.agentlaunchpad.character;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CharacterImportTest {

    @Test
    void publicFilesOfTheOldFormatConvert() throws Exception {
        Path folder = Path.of("../../shared/fixtures/characters");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.sorted().toList();
            for (Path file : all) {
                CharacterImport imported = CharacterImport.read(Files.readAllBytes(file));
                System.out.println(file.getFileName() + " " + imported.format() + " "
                        + imported.spec().name() + " " + imported.spec().plugins()
                        + imported.spec().channels());
                imported.report().forEach(System.out::println);
                assertThat(imported.payload().secrets().names()).isEmpty();
            }
        }
    }
}
