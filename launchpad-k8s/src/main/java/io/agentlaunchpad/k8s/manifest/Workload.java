package io.agentlaunchpad.k8s.manifest;

import static io.agentlaunchpad.k8s.manifest.Maps.map;

import io.agentlaunchpad.agent.Quantity;
import io.agentlaunchpad.agent.Resources;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.PreflightException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Deployment of an agent and the volume it stands on. The numbers are what ElizaOS 1.7 was measured to need. */
final class Workload {

    /** Shown while nobody knows the image: a legal name under a domain that never exists (RFC 2606). */
    static final String UNKNOWN_IMAGE = "unknown.invalid/not-built-yet";

    private static final int USER = 65_532;
    private static final long PGLITE_MEMORY = 512L << 20;
    private static final long POSTGRESQL_MEMORY = 192L << 20;
    private static final String SCRATCH = "256Mi";

    /** The endpoints' controller and each node's proxy take some two seconds, and more on a busy node. */
    private static final int LEAVING_SECONDS = 5;

    private Workload() {}

    static Manifest claim(Asked asked) {
        return asked.manifest(
                "v1",
                "PersistentVolumeClaim",
                asked.names().data(),
                map(
                        "spec",
                        map(
                                "accessModes", List.of("ReadWriteOnce"),
                                "storageClassName", asked.settings().storageClass(),
                                "resources",
                                        map(
                                                "requests",
                                                map(
                                                        "storage",
                                                        Quantity.memoryText(
                                                                asked.settings().volumeBytes()))))));
    }

    static Manifest deployment(Asked asked) {
        return asked.manifest(
                "apps/v1",
                "Deployment",
                asked.names().agent(),
                map(
                        "spec",
                        map(
                                "replicas", asked.request().run().replicas(),
                                "revisionHistoryLimit", 2,
                                "strategy", strategy(asked),
                                "selector", asked.podSelector(),
                                "template", map("metadata", podMetadata(asked), "spec", podSpec(asked)))));
    }

    private static Map<String, Object> strategy(Asked asked) {
        return asked.oneAtATime()
                ? map("type", "Recreate")
                : map("type", "RollingUpdate", "rollingUpdate", map("maxUnavailable", 0, "maxSurge", 1));
    }

    private static Map<String, Object> podMetadata(Asked asked) {
        Map<String, Object> annotations =
                new TreeMap<>(Labels.annotations(asked.request().owner(), asked.spec()));
        annotations.put(Labels.GENERATION, String.valueOf(asked.request().run().generation()));
        annotations.put("prometheus.io/scrape", "true");
        annotations.put("prometheus.io/port", String.valueOf(Asked.PORT));
        annotations.put("prometheus.io/path", "/metrics");
        return map("labels", Labels.of(asked.request().agentId()), "annotations", annotations);
    }

    private static Map<String, Object> podSpec(Asked asked) {
        List<Object> pullSecrets = new ArrayList<>();
        asked.settings().imagePullSecrets().forEach(name -> pullSecrets.add(map("name", name)));
        return map(
                "serviceAccountName",
                asked.names().agent(),
                "automountServiceAccountToken",
                false,
                "enableServiceLinks",
                false,
                "terminationGracePeriodSeconds",
                asked.oneAtATime() ? 15 : 20,
                "imagePullSecrets",
                pullSecrets.isEmpty() ? null : pullSecrets,
                "securityContext",
                map(
                        "runAsNonRoot",
                        true,
                        "runAsUser",
                        USER,
                        "runAsGroup",
                        USER,
                        "fsGroup",
                        USER,
                        "fsGroupChangePolicy",
                        "OnRootMismatch",
                        "seccompProfile",
                        map("type", "RuntimeDefault")),
                "containers",
                List.of(container(asked)),
                "volumes",
                List.of(
                        map("name", "data", dataKind(asked), data(asked)),
                        map("name", "tmp", "emptyDir", map("sizeLimit", SCRATCH))));
    }

    private static String dataKind(Asked asked) {
        return asked.keepsVolume() ? "persistentVolumeClaim" : "emptyDir";
    }

    private static Map<String, Object> data(Asked asked) {
        return asked.keepsVolume()
                ? map("claimName", asked.names().data())
                : map("sizeLimit", Quantity.memoryText(asked.settings().volumeBytes()));
    }

    private static Map<String, Object> container(Asked asked) {
        return map(
                "name", Names.CONTAINER,
                "image", image(asked),
                "imagePullPolicy", "IfNotPresent",
                "envFrom", Environment.from(asked),
                "env", Environment.of(asked),
                "ports", List.of(map("name", Asked.PORT_NAME, "containerPort", Asked.PORT, "protocol", "TCP")),
                "resources", resources(asked),
                "startupProbe", probe("/readyz", 2, 60),
                "readinessProbe", probe("/readyz", 10, 3),
                "livenessProbe", probe("/livez", 20, 3),
                "lifecycle", lifecycle(asked),
                "terminationMessagePath", Environment.TERMINATION_LOG,
                "terminationMessagePolicy", "File",
                "securityContext",
                        map(
                                "allowPrivilegeEscalation", false,
                                "readOnlyRootFilesystem", true,
                                "capabilities", map("drop", List.of("ALL"))),
                "volumeMounts",
                        List.of(
                                map("name", "data", "mountPath", Environment.DATA),
                                map("name", "tmp", "mountPath", "/tmp")));
    }

    private static String image(Asked asked) {
        Artifact artifact = asked.request().artifact();
        if (artifact == null) {
            return UNKNOWN_IMAGE;
        } else if (artifact instanceof Artifact.Image image) {
            if (image.tar() != null) {
                asked.warnings()
                        .add("The image " + image.ref() + " is in a file: every node that may run the agent must have"
                                + " it imported.");
            }
            return image.ref().withDigest(image.digest()).toString();
        }
        throw new PreflightException(
                "ARTIFACT_UNSUITABLE",
                "Kubernetes runs images, not " + artifact + ".",
                "build with JibImageBuilder.",
                null);
    }

    /** Asked for: half of the memory limit and what was measured at least; a fifth of the CPU limit, a tenth of a core at most. */
    private static Map<String, Object> resources(Asked asked) {
        Resources limits = asked.spec().resources();
        long floor = asked.pglite() ? PGLITE_MEMORY : POSTGRESQL_MEMORY;
        long memory = Math.min(limits.memoryBytes(), Math.max(floor, limits.memoryBytes() / 2));
        int cpu = Math.max(Math.min(limits.cpuMillis() / 5, 100), 10);
        return map(
                "requests", map("cpu", Quantity.cpuText(cpu), "memory", Quantity.memoryText(memory)),
                "limits",
                        map(
                                "cpu", Quantity.cpuText(limits.cpuMillis()),
                                "memory", Quantity.memoryText(limits.memoryBytes())));
    }

    private static Map<String, Object> probe(String path, int period, int failures) {
        return map(
                "httpGet",
                map("path", path, "port", Asked.PORT_NAME),
                "periodSeconds",
                period,
                "timeoutSeconds",
                3,
                "failureThreshold",
                failures);
    }

    /**
     * Where others serve on, a pod that ends waits until everybody knows; there is no shell in the image to sleep in. An
     * agent that is alone has nobody to wait for.
     */
    private static @Nullable Map<String, Object> lifecycle(Asked asked) {
        return asked.oneAtATime() ? null : map("preStop", map("sleep", map("seconds", LEAVING_SECONDS)));
    }
}
