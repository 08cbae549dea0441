package io.agentlaunchpad.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** A Java block of the README, compiled and run in a process of its own. */
record JavaBlock(String source) {

    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);

    /** The block of that number, from 1 on. */
    static JavaBlock number(int number) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(Path.of("../../README.md")));
        for (int i = 0; i < number; i++) {
            assertThat(matcher.find()).as("README.md has Java block %s", number).isTrue();
        }
        return new JavaBlock(matcher.group(1));
    }

    /** The block with something of this machine in place of an example's name. */
    JavaBlock with(String example, String here) {
        assertThat(source).containsOnlyOnce(example);
        return new JavaBlock(source.replace(example, here));
    }

    /** Compiles and runs it, and returns what it printed; it must end with 0 in time. */
    String run(Path directory, Map<String, String> environment, int minutes) throws Exception {
        Matcher name = CLASS.matcher(source);
        assertThat(name.find()).as("a class in %s", source).isTrue();
        Path file = Files.writeString(directory.resolve(name.group(1) + ".java"), source);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, System.err, "-cp", classPath(), "-d", directory.toString(), file.toString());
        assertThat(compiled).as("exit code of javac").isZero();

        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        directory + System.getProperty("path.separator") + classPath(),
                        name.group(1)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(minutes, TimeUnit.MINUTES))
                    .as("ended in time: %s", Files.readString(output))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
