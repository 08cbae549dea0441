package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The packaged command, run as people run it: {@code java -jar launchpad.jar …}. */
final class Command {

    private static final Path JAR = Path.of("target", "launchpad.jar").toAbsolutePath();

    /**
     * A shell without job control starts background work with SIGINT ignored, and whatever that starts inherits it; a
     * terminal does not. GNU env gives the signal back.
     */
    private static final List<String> HEARING =
            System.getProperty("os.name").equals("Linux") ? List.of("env", "--default-signal=INT") : List.of();

    /** Options of commands that hash images. */
    private static final Set<String> IMAGES = Set.of("--image-repository", "--tar");

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();

    Command(Path home) {
        this.home = home;
    }

    Command with(String name, String value) {
        Command other = new Command(home);
        other.environment.putAll(environment);
        other.environment.put(name, value);
        return other;
    }

    /** Runs it to its end. */
    Ended run(String... arguments) {
        return start(arguments).end();
    }

    /**
     * Runs a command that starts nothing, in this JVM where that has the same environment: a JVM for each costs more than
     * all that it does.
     */
    Ended ask(String... arguments) {
        boolean same =
                environment.entrySet().stream().allMatch(each -> each.getValue().equals(System.getenv(each.getKey())));
        return same ? here(home, arguments) : run(arguments);
    }

    /** Runs a command in this JVM. */
    static Ended here(Path home, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(
                line -> line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)),
                inHome(home, List.of(arguments)).toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    private static List<String> inHome(Path home, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--home", home.toString()));
        return all;
    }

    /** Runs it to its end on a terminal, which is its output; for words without apostrophes. */
    Ended runOnTerminal(String... arguments) {
        String line = line(arguments).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        return start(List.of("script", "-qec", line, "/dev/null")).end();
    }

    /** Starts it and lets it run. */
    Running start(String... arguments) {
        return start(line(arguments));
    }

    private List<String> line(String... arguments) {
        List<String> line = new ArrayList<>(HEARING);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As this JVM is tuned, for images are hashed here too.
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("-XX:"))
                .toList());
        if (Stream.of(arguments).noneMatch(IMAGES::contains)) {
            line.add("-XX:TieredStopAtLevel=1");
        }
        line.add("-XX:SharedArchiveFile=" + ClassArchive.of(JAR));
        line.addAll(List.of("-jar", JAR.toString()));
        line.addAll(inHome(home, List.of(arguments)));
        return line;
    }

    private Running start(List<String> line) {
        try {
            Path out = Files.createTempFile("launchpad-", ".out");
            Path err = Files.createTempFile("launchpad-", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A run that ended. */
    record Ended(int exit, String out, String err) {

        Ended exits(int code) {
            assertThat(exit).as("exit code; out: %s; err: %s", out, err).isEqualTo(code);
            assertThat(out + err).as("no stack trace").doesNotContain("\tat ");
            return this;
        }
    }

    /** A run under way. */
    record Running(Process process, Path outFile, Path errFile) {

        String out() {
            return read(outFile);
        }

        String err() {
            return read(errFile);
        }

        void await(Predicate<String> output) {
            await(outFile, output);
        }

        void awaitErr(Predicate<String> output) {
            await(errFile, output);
        }

        private void await(Path file, Predicate<String> output) {
            Awaitility.await()
                    .atMost(LONGEST)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> output.test(read(file)) || !process.isAlive());
            assertThat(output.test(read(file)))
                    .as("out: %s; err: %s", out(), err())
                    .isTrue();
        }

        /** Ctrl-C. */
        void interrupt() {
            signal(String.valueOf(process.pid()), "INT");
        }

        void kill() {
            process.destroyForcibly();
        }

        Ended end() {
            try {
                assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
                        .as("ended in time; out: %s", out())
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                process.destroyForcibly();
            }
            return new Ended(process.exitValue(), out(), read(errFile));
        }

        private static String read(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    static void signal(String pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Processes of this machine whose working directory or arguments name the home: agents and stand-in models. */
    static List<String> processesOf(Path home) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> process.info().command().orElse("").endsWith("node"))
                .filter(process -> names(process, home))
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    private static boolean names(ProcessHandle process, Path home) {
        if (process.info().commandLine().orElse("").contains(home.toString())) {
            return true;
        }
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"))
                    .startsWith(home);
        } catch (IOException e) {
            return false;
        }
    }
}
