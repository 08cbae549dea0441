package io.agentlaunchpad.local;

import io.agentlaunchpad.health.Observation.ResourceUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a process uses: resident memory from {@code /proc} or {@code ps}, CPU time from the Java platform. */
final class ResourceMeter {

    private final Map<Long, Sample> samples = new ConcurrentHashMap<>();

    /** Memory now, and CPU since the last call for that process; null where the system does not tell. */
    @Nullable
    ResourceUse of(ProcessHandle process) {
        long memory = Files.isDirectory(Path.of("/proc/self")) ? fromProc(process.pid()) : fromPs(process.pid());
        Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
        if (memory < 0) {
            samples.remove(process.pid());
            return null;
        }
        Sample now = new Sample(System.nanoTime(), cpu.toNanos());
        Sample before = samples.put(process.pid(), now);
        return new ResourceUse(memory, 0, before == null ? 0 : now.millisSince(before), 0);
    }

    void forget(long pid) {
        samples.remove(pid);
    }

    /** {@code VmRSS} of proc(5) status, in KiB. */
    private static long fromProc(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
        return -1;
    }

    private static long fromPs(long pid) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ps.getOutputStream().close();
            String text = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            ps.waitFor(2, TimeUnit.SECONDS);
            return 1024 * Long.parseLong(text.trim());
        } catch (IOException | NumberFormatException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private record Sample(long at, long cpu) {

        long millisSince(Sample before) {
            long elapsed = at - before.at;
            return elapsed <= 0 ? 0 : Math.max(0, cpu - before.cpu) * 1000 / elapsed;
        }
    }
}
