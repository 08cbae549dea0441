package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One start of one release, checked in full before anything that runs is stopped.
 *
 * @param agents of this home
 * @param release to start
 * @param objects of the release
 * @param project its directory
 * @param node the executable
 * @param secrets its values
 */
record AgentStart(LocalAgents agents, Release release, LocalObjects objects, Path project, Path node, Secrets secrets) {

    /** Enough to write down what runs; less would stop the old release and fail to start the new one. */
    private static final long ROOM_NEEDED = 10L << 20;

    private static final Duration ORPHAN = Duration.ofSeconds(15);

    /**
     * Gathers what a start needs.
     *
     * @throws DeployException when something is missing; nothing was changed
     * @throws io.agentlaunchpad.error.PreflightException when there is no Node.js or no room; nothing was changed
     */
    static AgentStart prepare(LocalAgents agents, Release release, NodeCommand node, WorkContext context) {
        if (!(release.artifact() instanceof Artifact.Project project)) {
            throw new DeployException(
                    "ARTIFACT_UNSUITABLE",
                    "The local platform runs project directories, not " + release.artifact() + ".",
                    "use the builder of project directories with the local platform.",
                    null);
        }
        if (!Files.isRegularFile(project.directory().resolve("runner").resolve("index.js"))) {
            throw new DeployException(
                    "PROJECT_MISSING",
                    "The project directory " + project.directory() + " is gone or incomplete.",
                    "launch the agent again; it is built anew.",
                    null);
        }
        HomeCheck.refusal(agents.home(), ROOM_NEEDED).ifPresent(refusal -> {
            throw refusal;
        });
        Secrets secrets = release.secretVersion() == null
                ? Secrets.none()
                : agents.secrets().reveal(release.agentId(), release.secretVersion());
        return new AgentStart(
                agents,
                release,
                LocalObjects.parse(release.objects()),
                project.directory(),
                node.find(context),
                secrets);
    }

    /**
     * Starts the process; none of the agent runs.
     *
     * @param before the state until now, or null
     * @param port wanted, 0 for any
     * @param restarts of this release so far
     * @param copy of the database that take-back would restore, or null
     */
    Begun begin(@Nullable LocalState before, int port, int restarts, @Nullable String copy) {
        AgentFiles files = agents.files(release.agentId());
        AgentFiles.Identity identity = files.identity();
        awaitOrphan(files);
        LocalState state;
        // Choosing a port and writing it down is one step, so that two agents of this home never choose the same.
        try (AgentLock ports = AgentLock.take(agents.home(), "ports", Patience.of(Duration.ofSeconds(30)))) {
            state = new LocalState(
                    release.revision(),
                    release.artifact().digest(),
                    release.objects(),
                    release.secretVersion(),
                    release.run().replicas(),
                    release.run().generation(),
                    PortPicker.pick(port, agents.portsOfOthers(release.agentId())),
                    UUID.randomUUID().toString(),
                    Instant.now(),
                    null,
                    null,
                    restarts,
                    false,
                    false,
                    copy,
                    false);
            files.write(state);
        }
        new LogFiles(files.log()).begin(state.start(), Map.of("revision", release.revision(), "port", state.port()));
        Process process = spawn(files, identity, state.port());
        String name = Processes.name(process.toHandle());
        agents.children().add(name, process);
        try {
            files.write(state.running(name, node.toString()));
        } catch (RuntimeException e) {
            process.destroy();
            throw e;
        }
        if (before != null) {
            agents.children().forget(before.process());
        }
        return new Begun(name, process);
    }

    /** A process and the name it is known by; once it has ended, the system no longer tells. */
    record Begun(String name, Process process) {}

    private Process spawn(AgentFiles files, AgentFiles.Identity identity, int port) {
        List<String> command = new ArrayList<>(objects.command());
        command.set(0, node.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
        builder.environment().clear();
        builder.environment().putAll(AgentEnvironment.of(files, objects, identity, secrets, port));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new DeployException(
                    "START_FAILED",
                    "The agent's process could not be started: " + e.getMessage() + ".",
                    "check that this user may start more processes and that " + node + " runs.",
                    null);
        }
    }

    /**
     * A launcher that was killed between starting a process and writing its name down leaves one that ends by itself, for
     * want of a launcher. Until it has, it keeps the database.
     */
    private static void awaitOrphan(AgentFiles files) {
        DatabaseOwner.of(files.database()).ifPresent(owner -> Processes.gone(owner, ORPHAN, () -> {}));
    }
}
