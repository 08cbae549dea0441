package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Manifests and waits that the tests of the cluster share. */
final class Pods {

    /** What a namespace with the level "restricted" asks of a container. */
    static final String RESTRICTED = """
            securityContext:
              runAsNonRoot: true
              runAsUser: 65532
              readOnlyRootFilesystem: true
              allowPrivilegeEscalation: false
              capabilities: {drop: [ALL]}
              seccompProfile: {type: RuntimeDefault}
            """;

    private Pods() {}

    /** A pod that runs one Node program and ends. */
    static String running(String name, String image, String program, String container, String pod) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                %s
                  containers:
                    - name: main
                      image: %s
                      command: [node, --input-type=module, -e, %s]
                %s
                """.formatted(name, pod.indent(2), image, quoted(program), container.indent(6));
    }

    /** What the pod printed, once it ended well. */
    static String outputOf(Cluster cluster, String pod) {
        until(
                "pod " + pod + " ended",
                Duration.ofSeconds(90),
                () -> cluster.kubectl("get", "pod", pod, "--output", "jsonpath={.status.phase}")
                        .matches("Succeeded|Failed"));
        String output = cluster.kubectl("logs", pod);
        String phase = cluster.kubectl("get", "pod", pod, "--output", "jsonpath={.status.phase}");
        if (!phase.equals("Succeeded")) {
            throw new AssertionError("pod " + pod + " failed and printed: " + output);
        }
        return output;
    }

    static void until(String what, Duration limit, BooleanSupplier condition) {
        Instant end = Instant.now().plus(limit);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            try {
                Thread.sleep(1_000); // a look is a kubectl, a tenth of a second of processor time
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", interrupted);
            }
        }
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Pods.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** A JSON string, which YAML takes too. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
