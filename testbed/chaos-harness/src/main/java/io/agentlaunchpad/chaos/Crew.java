package io.agentlaunchpad.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The worker processes of a run. One that was killed is started again at once. Safe for use by several threads. */
final class Crew implements AutoCloseable {

    private static final List<Path> FAKETIME = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"));

    private final Place place;
    private final String runtimeImage;
    private final Path directory;
    private final int skew;
    private final List<Process> processes = new ArrayList<>();
    private int fell;
    private boolean closed;

    /**
     * @param skew seconds by which the clocks of odd processes are ahead, and those of even ones behind
     */
    Crew(Place place, String runtimeImage, Path directory, int size, int skew) throws IOException {
        this.place = place;
        this.runtimeImage = runtimeImage;
        this.directory = directory;
        this.skew = skew;
        for (int i = 0; i < size; i++) {
            processes.add(start(i));
        }
    }

    /**
     * Kills one without warning; another one takes its place.
     *
     * @param busy names of workers that hold an operation: one of them if there are any, else any one
     */
    synchronized void killOne(Random random, Set<String> busy) throws IOException, InterruptedException {
        List<Integer> candidates = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            // A worker's name has the pid of its process, see Stores.workerName().
            String pid = "/" + processes.get(i).pid() + "-";
            if (busy.stream().anyMatch(worker -> worker.contains(pid))) {
                candidates.add(i);
            }
        }
        int number = candidates.isEmpty()
                ? random.nextInt(processes.size())
                : candidates.get(random.nextInt(candidates.size()));
        Process victim = processes.get(number);
        if (!victim.isAlive()) {
            fell++;
        }
        victim.destroyForcibly().waitFor();
        processes.set(number, start(number));
    }

    /** How many ended although nobody killed them: a fault in itself. */
    synchronized int fell() {
        return fell + (int) processes.stream().filter(each -> !each.isAlive()).count();
    }

    private Process start(int number) throws IOException {
        if (closed) {
            throw new IllegalStateException("The run is over");
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                place.run(),
                place.doorbell(),
                runtimeImage,
                directory.toString());
        if (skew != 0) {
            builder.environment().put("LD_PRELOAD", faketime().toString());
            builder.environment().put("FAKETIME", (number % 2 == 0 ? "-" : "+") + skew + "s");
            // Time that passes stays as it is; what is wrong is the time of day.
            builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            // Its mend for old C libraries lets every timed wait of Java end at once, and the process spins.
            builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        }
        Path log = directory.resolve("worker-" + number + ".log");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /**
     * @throws IllegalArgumentException that says how to get it
     */
    static Path faketime() {
        return FAKETIME.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--skew moves the workers' clocks by libfaketime, which is not here. Fix: apt-get install"
                                + " libfaketime"));
    }

    /** Lets them end in order, and ends those that do not. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.forEach(each -> {
            try {
                each.getOutputStream().close();
            } catch (IOException e) {
                each.destroyForcibly();
            }
        });
        for (Process each : processes) {
            try {
                if (!each.waitFor(40, TimeUnit.SECONDS)) {
                    each.destroyForcibly();
                }
            } catch (InterruptedException e) {
                each.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
