package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.spi.ArtifactBuilder;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One build in a Java of its own: another version, other properties. */
public final class ForkedBuild {

    private ForkedBuild() {}

    /** Repository, base image, packages, cache; with a fifth and sixth the login. Prints the digest. */
    public static void main(String[] arguments) {
        AgentSpec spec = AgentSpec.named("ada").bio("Explains mathematics").build();
        JibImageBuilder builder = JibImageBuilder.pushingTo(arguments[0])
                .baseImage(arguments[1])
                .cacheDirectory(Path.of(arguments[3]))
                .projects(new GivenProjects(Path.of(arguments[2]), "forked"));
        String password = System.getenv("FORKED_PASSWORD");
        if (password != null) {
            builder = builder.credentials(String.valueOf(System.getenv("FORKED_USER")), password);
        }
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        Artifact image = builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), spec, lock), TestContext.patient());
        builder.publish(image, TestContext.patient());
        System.out.println("DIGEST " + image.digest());
    }

    static String run(Path javaHome, List<String> options, List<String> arguments, String... environment)
            throws Exception {
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString()));
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
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment().put(environment[i], environment[i + 1]);
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return said;
    }
}
