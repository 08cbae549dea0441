package io.agentlaunchpad.project;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.UnreachableException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One run of the npm client: watched, bounded, and gone with its children when it must stop.
 *
 * <p>If this Java process is killed, the client ends itself within a second: a line that Node loads before npm looks
 * whether the launcher still lives.
 */
final class NpmRun {

    private static final int TAIL_LINES = 40;
    private static final int LINE_LENGTH = 500;

    /** A reader may lag behind a program that has ended; only where a grandchild holds the pipe does it wait so long. */
    private static final long LAST_WORDS_MILLIS = 10_000;

    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** Ends the client when the launcher that started it is gone. A module in an address: no file to leave behind. */
    private static final String GUARD = "data:text/javascript,"
            + ("const launcher=Number(process.env.LAUNCHPAD_LAUNCHER_PID);"
                            + "if(launcher)setInterval(()=>{try{process.kill(launcher,0)}"
                            + "catch(gone){if(gone.code==='ESRCH')process.kill(process.pid,'SIGKILL')}},500).unref()")
                    .replace(" ", "%20");

    private static final String FULL = "ENOSPC";
    private static final int LARGEST_ANSWER = 64 << 20;

    private final String doing;
    private final Bounds bounds;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final Deque<String> tail = new ArrayDeque<>();
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile boolean network;
    private volatile boolean networkFailed;
    private volatile boolean answered;
    private volatile String damage = "";
    private volatile long lastAnswer = System.nanoTime();

    /**
     * What a run left behind.
     *
     * @param tail the last lines of standard error, masked
     * @param damage a line that tells of a file that could not be written, or empty: npm goes on and reports success
     */
    record Output(int exit, String stdout, List<String> tail, String damage) {}

    NpmRun(String doing, Bounds bounds) {
        this.doing = doing;
        this.bounds = bounds;
    }

    /** Runs to the end, or until cancel, deadline or a full disk; a bad exit code is the caller's to judge. */
    Output run(List<String> command, Map<String, String> environment, Path directory) {
        network = true;
        Map<String, String> guarded = new TreeMap<>(environment);
        guarded.merge("NODE_OPTIONS", "--import " + GUARD, (theirs, ours) -> theirs + " " + ours);
        guarded.put(
                "LAUNCHPAD_LAUNCHER_PID", Long.toString(ProcessHandle.current().pid()));
        return runBare(command, guarded, directory);
    }

    /** The same for a short question that needs no network; the program may be older than what {@link #run} asks of it. */
    Output runBare(List<String> command, Map<String, String> environment, Path directory) {
        bounds.check(doing);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            Thread errors = reader(() -> readErrors(process));
            Thread answers = reader(() -> readAnswer(process));
            try {
                await(process);
                if (!process.isAlive()) {
                    // Before the kill: destroying even an ended process closes the streams under their readers.
                    errors.join(LAST_WORDS_MILLIS);
                    answers.join(LAST_WORDS_MILLIS);
                }
            } finally {
                kill(process);
            }
            String stdout;
            synchronized (answer) {
                stdout = answer.toString(StandardCharsets.UTF_8);
            }
            return new Output(process.exitValue(), stdout, lastWords(), Masking.mask(damage));
        } catch (IOException e) {
            throw new BuildException(
                    "NPM_NOT_STARTED",
                    "The npm client could not run (" + doing + "): " + Masking.mask(String.valueOf(e.getMessage())),
                    "check the npm installation.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled();
        }
    }

    private static Thread reader(Runnable work) {
        Thread thread = new Thread(work, "launchpad-npm-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void readAnswer(Process process) {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (answer) {
                    if (answer.size() < LARGEST_ANSWER) {
                        answer.write(buffer, 0, read);
                    }
                }
            }
        } catch (IOException ended) {
            // The stream closes when the process is killed.
        }
    }

    private void await(Process process) throws InterruptedException {
        // On a full disk npm goes on to fetch what it cannot write, for fifteen seconds and more.
        while (!damage.contains(FULL) && !process.waitFor(100, TimeUnit.MILLISECONDS)) {
            if (bounds.isCancelled()) {
                throw cancelled();
            }
            if (bounds.isOver()) {
                throw tooLate();
            }
        }
    }

    private CancelledException cancelled() {
        return new CancelledException("Cancelled while " + doing + ".", "start it again when you want it.");
    }

    private RuntimeException tooLate() {
        boolean silent = network && (!answered || System.nanoTime() - lastAnswer > SILENCE.toNanos());
        if (networkFailed || silent) {
            return new UnreachableException(
                    "REGISTRY_UNREACHABLE",
                    "The package registry did not answer while " + doing + " (gave up after "
                            + bounds.limit().toSeconds() + " s)" + NpmFailure.quoted(lastWords()) + ".",
                    "check the network, the proxy settings and `npm config get registry`; then try again.",
                    null);
        }
        return new DeadlineException(
                "Gave up " + doing + " after " + bounds.limit().toSeconds() + " s; fetched so far: "
                        + packages(fetched.get()) + ".",
                "allow more time; what was fetched is kept in npm's own cache.");
    }

    private void readErrors(Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException ended) {
            // The stream closes when the process is killed.
        }
    }

    private void hear(String line) {
        if (line.startsWith("npm http ")) {
            if (line.contains(" failed with ")) {
                networkFailed = true;
                bounds.tell("registry: " + Masking.mask(line.substring(line.indexOf(" failed with ") + 1)));
            } else if (line.contains(" GET 200 ") || line.contains(" GET 304 ")) {
                networkFailed = false;
                lastAnswer = System.nanoTime();
                answered = true;
                if (line.contains(".tgz")) {
                    bounds.tell("fetched " + packages(fetched.incrementAndGet()));
                }
            }
            return;
        }
        synchronized (tail) {
            tail.addLast(line.length() > LINE_LENGTH ? line.substring(0, LINE_LENGTH) + "…" : line);
            if (tail.size() > TAIL_LINES) {
                tail.removeFirst();
            }
        }
        // After the line is kept: a full disk ends the run.
        if (line.contains(FULL) || (damage.isEmpty() && line.contains("TAR_ENTRY_ERROR"))) {
            damage = line;
        }
    }

    private static String packages(int count) {
        return count + (count == 1 ? " package" : " packages");
    }

    private List<String> lastWords() {
        synchronized (tail) {
            return tail.stream().map(Masking::mask).toList();
        }
    }

    /** Ends the process and everything it started. */
    private static void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
