package io.agentlaunchpad.testbed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A namespace of a real Kubernetes cluster. It is deleted when the test is over; the deletion goes on in the background.
 * Namespaces that a killed test run left behind are deleted by the next run, two hours after they were made.
 */
public final class Cluster implements AutoCloseable {

    private static final String LABEL = "launchpad.testbed/made-by";
    private static final Duration STALE = Duration.ofHours(2);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What killed runs left is looked for once in a run, not for each of its hundred namespaces. */
    private static final AtomicBoolean LOOKED = new AtomicBoolean();

    private final Path kubeconfig;
    private final String context;
    private final String namespace;

    private Cluster(Path kubeconfig, String context, String namespace) {
        this.kubeconfig = kubeconfig;
        this.context = context;
        this.namespace = namespace;
    }

    static Cluster open(Settings settings, String name) {
        // KUBECONFIG may be a list; the first file that exists counts, as the context is named anyway.
        Path kubeconfig = Stream.of(settings.get("KUBECONFIG").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("KUBECONFIG names no readable file: "
                        + settings.get("KUBECONFIG") + ". Fix: eval \"$(testbed/up cluster)\""));
        Cluster cluster = new Cluster(kubeconfig, settings.get("LAUNCHPAD_TEST_CLUSTER"), name);
        if (LOOKED.compareAndSet(false, true)) {
            cluster.removeStale();
        }
        cluster.apply(
                "{apiVersion: v1, kind: Namespace, metadata: {name: " + name + ", labels: {" + LABEL + ": junit}}}");
        return cluster;
    }

    /** The file that says how to reach the cluster. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /** The context of that file; never another one, whatever the file's current context is. */
    public String context() {
        return context;
    }

    /** The namespace of this test alone. */
    public String namespace() {
        return namespace;
    }

    /**
     * Runs {@code kubectl} in the namespace.
     *
     * @return what it printed, without surrounding white space
     * @throws IllegalStateException with its error output when it fails or takes longer than five minutes
     */
    public String kubectl(String... words) {
        return kubectlWith("", words);
    }

    /** Applies a manifest (YAML or JSON) in the namespace; errors as {@link #kubectl}. */
    public String apply(String manifest) {
        return kubectlWith(manifest, "apply", "-f", "-");
    }

    /** Makes the namespace refuse pods that break a Pod Security level, {@code "restricted"} or {@code "baseline"}. */
    public void enforce(String level) {
        kubectl("label", "--overwrite", "namespace", namespace, "pod-security.kubernetes.io/enforce=" + level);
    }

    @Override
    public void close() {
        kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
    }

    private String kubectlWith(String input, String... words) {
        List<String> all = new ArrayList<>(List.of(
                "kubectl", "--kubeconfig", kubeconfig.toString(), "--context", context, "--namespace", namespace));
        all.addAll(List.of(words));
        return Command.run(all, input, PATIENCE);
    }

    private void removeStale() {
        String listed = kubectl(
                "get",
                "namespaces",
                "--selector",
                LABEL + "=junit",
                "--output",
                "jsonpath={range .items[*]}{.metadata.name} {.metadata.creationTimestamp}{\"\\n\"}{end}");
        for (String line : listed.lines().toList()) {
            String[] found = line.split(" ", 2);
            if (Instant.parse(found[1]).isBefore(Instant.now().minus(STALE))) {
                kubectl("delete", "namespace", found[0], "--ignore-not-found", "--wait=false");
            }
        }
    }
}
