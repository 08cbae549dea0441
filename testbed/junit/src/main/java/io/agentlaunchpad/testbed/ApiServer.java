package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The API server of the testbed's own cluster, which a test may kill. Everybody who uses the cluster feels it: such a test
 * runs alone. When the test is over, the server is started again where it does not run.
 */
public final class ApiServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** They wait ever longer for a server that is away; started anew, they are there for the next test at once. */
    private static final List<String> CONTROLLERS = List.of("kube-controller-manager", "kube-scheduler", "node-helper");

    private final Path pid;
    private final String up;

    private ApiServer(Path pid, String up) {
        this.pid = pid;
        this.up = up;
    }

    static ApiServer open(Settings settings) {
        return new ApiServer(Path.of(settings.get("LAUNCHPAD_TEST_API_SERVER_PID")), settings.get("LAUNCHPAD_TEST_UP"));
    }

    /** Ends it as a crash does: no connection is closed in order. Harmless where it does not run. */
    public void kill() {
        kill(pid);
    }

    /** Starts it where it does not run, and returns once the cluster is well again: 10 to 20 seconds. */
    public void start() {
        Command.run(List.of(up, "cluster"), "", PATIENCE);
    }

    @Override
    public void close() {
        CONTROLLERS.forEach(name -> kill(pid.resolveSibling(name + ".pid")));
        start();
    }

    private static void kill(Path pid) {
        try {
            ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0))).ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
