package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import io.agentlaunchpad.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerTreeTest {

    @TempDir
    private Path temp;

    private static Map<String, FileEntry> entries(Path modules) {
        Map<String, FileEntry> entries = new TreeMap<>();
        LayerTree.of("test", modules, "/app/node_modules")
                .layer()
                .getEntries()
                .forEach(entry -> entries.put(entry.getExtractionPath().toString(), entry));
        return entries;
    }

    @Test
    void linksBecomeWhatTheyPointToAndProgramsStayPrograms() throws Exception {
        Map<String, FileEntry> entries = entries(Packages.small(temp));
        assertThat(entries.get("/app/node_modules/minimist/main.js")
                        .getSourceFile()
                        .getFileName())
                .hasToString("index.js");
        assertThat(entries).containsKey("/app/node_modules/linked/package.json");
        assertThat(entries.get("/app/node_modules/minimist/cli")
                        .getPermissions()
                        .toOctalString())
                .isEqualTo("755");
        assertThat(entries.get("/app/node_modules/minimist/index.js")
                        .getPermissions()
                        .toOctalString())
                .isEqualTo("644");
        assertThat(entries.keySet()).noneMatch(path -> path.contains(".bin"));
    }

    @Test
    void aLinkOutOfTheProjectIsRefused() throws Exception {
        Path modules = Packages.small(temp.resolve("project"));
        Path secret = Files.writeString(temp.resolve("secret"), "outside");
        Files.createSymbolicLink(modules.resolve("shared/leak"), secret);
        assertThatThrownBy(() -> entries(modules))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("leads out of the project");
    }

    @Test
    void aLinkIntoAFolderAboveDoesNotGoRoundForEver() throws Exception {
        Path modules = Packages.small(temp);
        Files.createSymbolicLink(modules.resolve("shared/self"), Path.of(".."));
        assertThatThrownBy(() -> entries(modules)).hasMessageContaining("leads back");
    }
}
