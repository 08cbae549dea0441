package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Names every test that had no part to run with: on standard output when the run ends, and in {@code target/not-run.txt},
 * which keeps one line for each such test of the module until that test has run.
 */
public final class NotRunReport implements TestExecutionListener {

    private final Path file;
    private final PrintStream out;
    private final Set<String> notRun = new TreeSet<>();
    private @Nullable TestPlan plan;

    /** What the JUnit platform makes, by {@code META-INF/services}. */
    public NotRunReport() {
        this(Path.of("target", "not-run.txt"), System.out);
    }

    NotRunReport(Path file, PrintStream out) {
        this.file = file;
        this.out = out;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
        notRun.clear();
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier skipped, String reason) {
        TestPlan running = plan;
        if (running == null || !reason.startsWith(TestbedExtension.NOT_RUN)) {
            return;
        }
        List<TestIdentifier> tests = new ArrayList<>(running.getDescendants(skipped));
        tests.add(skipped);
        tests.stream()
                // A repeated or parameterized method is no test yet: its tests would come when it runs.
                .filter(test -> test.isTest() || test.getSource().orElse(null) instanceof MethodSource)
                .forEach(test -> notRun.add(name(test) + "  " + reason.substring(TestbedExtension.NOT_RUN.length())));
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan finished) {
        List<String> known = new ArrayList<>();
        Set<String> classes = new TreeSet<>();
        finished.getRoots()
                .forEach(root -> finished.getDescendants(root).forEach(each -> classes.add(className(each))));
        // Two test processes of one module may end at once.
        try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            Objects.requireNonNull(held);
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .filter(line -> !classes.contains(line.substring(0, Math.max(0, line.indexOf('#')))))
                        .forEach(known::add);
            }
            known.addAll(notRun);
            if (known.isEmpty()) {
                Files.deleteIfExists(file);
            } else if (!notRun.isEmpty() || Files.exists(file)) {
                Files.write(file, known);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("could not write " + file, failure);
        }
        notRun.forEach(line -> out.println(TestbedExtension.NOT_RUN + line));
    }

    private Path lockFile() throws IOException {
        return Files.createDirectories(file.toAbsolutePath().getParent()).resolve(file.getFileName() + ".lock");
    }

    private static String className(TestIdentifier test) {
        return test.getSource()
                .map(source -> source instanceof MethodSource method
                        ? method.getClassName()
                        : source instanceof ClassSource type ? type.getClassName() : "")
                .orElse("");
    }

    private static String name(TestIdentifier test) {
        return className(test) + "#"
                + test.getSource()
                        .map(source -> source instanceof MethodSource method ? method.getMethodName() : "")
                        .orElse("");
    }
}
