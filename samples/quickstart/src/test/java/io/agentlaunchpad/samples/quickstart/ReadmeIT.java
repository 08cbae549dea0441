package io.agentlaunchpad.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java call, compiled and run as it stands there. */
class ReadmeIT {

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void the_first_java_block_of_the_readme_launches_a_real_agent_that_answers(@TempDir Path directory)
            throws Exception {
        Path source = Files.writeString(directory.resolve("Quickstart.java"), firstJavaBlock());

        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, System.err, "-cp", classPath(), "-d", directory.toString(), source.toString());
        assertThat(compiled).as("exit code of javac").isZero();

        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        directory + System.getProperty("path.separator") + classPath(),
                        "Quickstart"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(8, TimeUnit.MINUTES)).as("ended in time").isTrue();

        assertThat(Files.readString(output)).contains("You said: What is a loop?");
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    private static String firstJavaBlock() throws IOException {
        Matcher matcher = JAVA_BLOCK.matcher(Files.readString(Path.of("../../README.md")));
        assertThat(matcher.find()).as("README.md has a Java block").isTrue();
        return matcher.group(1);
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
