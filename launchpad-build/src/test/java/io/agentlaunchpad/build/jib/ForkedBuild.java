package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.spi.ArtifactBuilder;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One build in a Java of its own: another version, other properties, another process. */
public final class ForkedBuild {

    /** In place of a base image: none is named. */
    static final String DEFAULT_BASE = "-";

    /** Before a file's name, in place of a repository. */
    static final String TAR = "tar:";

    static final Path THIS_JAVA = Path.of(System.getProperty("java.home"));

    private ForkedBuild() {}

    /** Repository, base image, packages, cache. Prints what was locked, how often packages were asked for, the digest. */
    public static void main(String[] arguments) {
        AgentSpec spec = AgentSpec.named("ada").bio("Explains mathematics").build();
        GivenProjects projects = new GivenProjects(Path.of(arguments[2]), "forked");
        JibImageBuilder builder = (arguments[0].startsWith(TAR)
                        ? JibImageBuilder.toTar(Path.of(arguments[0].substring(TAR.length())))
                        : JibImageBuilder.pushingTo(arguments[0]))
                .cacheDirectory(Path.of(arguments[3]))
                .projects(projects);
        if (!arguments[1].equals(DEFAULT_BASE)) {
            builder = builder.baseImage(arguments[1]);
        }
        String password = System.getenv("FORKED_PASSWORD");
        if (password != null) {
            builder = builder.credentials(String.valueOf(System.getenv("FORKED_USER")), password);
        }
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        System.out.println("LOCK " + lock);
        Artifact image = builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), spec, lock), TestContext.patient());
        builder.publish(image, TestContext.patient());
        System.out.println("INSTALLED " + projects.installed);
        System.out.println("IMAGE " + ((Artifact.Image) image).ref());
        System.out.println("DIGEST " + image.digest());
    }

    /** A running build. */
    record Running(Process process) {

        /** Everything that it printed. */
        String said() throws IOException, InterruptedException {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            return said;
        }
    }

    static Running start(Path javaHome, List<String> options, List<String> arguments, Map<String, String> environment)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("-XX:"))
                .toList());
        // It hashes little.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path")
                        + File.pathSeparator
                        + System.getProperty("surefire.test.class.path", ""),
                ForkedBuild.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new Running(builder.start());
    }

    static String run(Path javaHome, List<String> options, List<String> arguments, String... environment)
            throws Exception {
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return start(javaHome, options, arguments, variables).said();
    }

    /** The line of the output that begins with a word, without it. */
    static String line(String said, String word) {
        return said.lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + word + " in: " + said));
    }
}
