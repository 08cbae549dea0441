package io.agentlaunchpad.benchmarks.kubernetes;

import io.agentlaunchpad.k8s.KubernetesPlatform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A namespace of the benchmark's own, which is gone when it is closed. */
final class Corner implements AutoCloseable {

    private static final String CONTEXT = variable("LAUNCHPAD_TEST_CLUSTER");

    private final String name;

    private Corner(String name) {
        this.name = name;
    }

    static Corner open(String what) {
        Corner corner = new Corner("bench-" + what + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
        corner.kubectl("create", "namespace", corner.name);
        return corner;
    }

    String name() {
        return name;
    }

    String context() {
        return CONTEXT;
    }

    KubernetesPlatform platform() {
        return KubernetesPlatform.context(CONTEXT).namespace(name);
    }

    /** Runs kubectl in the namespace and gives what it printed. */
    String kubectl(String... words) {
        List<String> all = new ArrayList<>(List.of("kubectl", "--context", CONTEXT, "--namespace", name));
        all.addAll(List.of(words));
        try {
            Path out = Files.createTempFile("bench-kubectl", ".out");
            try {
                int status = new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start()
                        .waitFor();
                String said = Files.readString(out, StandardCharsets.UTF_8).strip();
                if (status != 0) {
                    throw new IllegalStateException(all + " ended with " + status + ": " + said);
                }
                return said;
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kubectl("delete", "namespace", name, "--wait=true", "--timeout=10m");
    }

    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set. Fix: eval \"$(testbed/up cluster)\"");
        }
        return value;
    }
}
