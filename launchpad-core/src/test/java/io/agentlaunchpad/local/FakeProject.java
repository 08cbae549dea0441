package io.agentlaunchpad.local;

import io.agentlaunchpad.artifact.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;

/** Project directories with a stand-in for the runner, which behaves as a test says. */
public final class FakeProject {

    private FakeProject() {}

    /** A project of that behaviour, in JSON (see fake-runner.js), and those dependencies. */
    public static Artifact.Project below(Path folder, String behaviour, String dependencies) {
        String name = HexFormat.of().toHexDigits((behaviour + "\n" + dependencies).hashCode());
        Path project = folder.resolve("project-" + name);
        try (InputStream runner = FakeProject.class.getResourceAsStream("fake-runner.js")) {
            Files.createDirectories(project.resolve("runner"));
            Files.copy(runner, project.resolve("runner/index.js"), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(project.resolve("package.json"), "{\"type\":\"module\"}");
            Files.writeString(project.resolve("package-lock.json"), dependencies);
            Files.writeString(project.resolve("behaviour.json"), behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Artifact.Project("sha256:" + "0".repeat(56) + name, project);
    }
}
