package io.agentlaunchpad.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tests of what runs in Node, one file each, with the real ElizaOS packages: the runner, the locks, the templates, and
 * the table of broken states. They stand in {@code src/test/node}.
 */
@Execution(ExecutionMode.CONCURRENT)
class NodeSuiteIT {

    private static final Path TESTS = Path.of("src", "test", "node");
    private static final Pattern PASSED = Pattern.compile("^# pass (\\d+)$", Pattern.MULTILINE);
    private static final Pattern SKIPPED = Pattern.compile("^# skipped (\\d+)$", Pattern.MULTILINE);
    private static final Pattern NOT_OK =
            Pattern.compile("^ *not ok .*?^ *\\.\\.\\.$", Pattern.MULTILINE | Pattern.DOTALL);

    @TestFactory
    List<DynamicTest> node_tests() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".test.mjs"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)))
                    .toList();
        }
    }

    private static void run(Path file) throws Exception {
        Path log = Path.of("target", file.getFileName() + ".log");
        Process process = new ProcessBuilder(
                        "node",
                        "--test",
                        "--test-concurrency=1",
                        "--test-reporter=tap",
                        file.toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(20, TimeUnit.MINUTES))
                .as("%s ended in time, see %s", file, log)
                .isTrue();
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(failures(output)).isZero();
        assertThat(number(PASSED, output)).as("tests passed").isPositive();
        int skipped = number(SKIPPED, output);
        if (skipped > 0) {
            System.out.println("NOT RUN (" + skipped + " of " + file.getFileName() + "): see " + log);
        }
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(skipped)
                    .as("tests of %s left out, although CI has every part", file)
                    .isZero();
        }
    }

    private static int number(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** What the reporter says of each test that failed, up to the line that ends it. */
    private static String failures(String output) {
        return NOT_OK.matcher(output).results().map(MatchResult::group).collect(Collectors.joining("\n"));
    }
}
