package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the golden files hold is admitted by a real API server, in a namespace that enforces {@code restricted}. */
@RealCluster
class AdmissionIT {

    private final Cluster cluster;

    @TempDir
    private Path folder;

    AdmissionIT(Cluster cluster) {
        this.cluster = cluster;
        cluster.enforce("restricted");
    }

    @TestFactory
    Stream<DynamicTest> every_object_and_the_pods_made_from_it_are_admitted() {
        return Samples.all().entrySet().stream()
                .filter(sample -> !sample.getKey().equals("pod-monitor"))
                .map(sample -> DynamicTest.dynamicTest(
                        sample.getKey(), () -> admitted(sample.getValue().apply(cluster.namespace()))));
    }

    @Test
    void a_pod_that_breaks_the_level_is_refused() throws IOException {
        Rendering rendering = Samples.all().get("pglite").apply(cluster.namespace());
        apply(account(rendering), false);
        ObjectNode pod = pod(rendering);
        pod.withObject("/spec/securityContext").put("runAsNonRoot", false);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> apply(pod, true)))
                .hasMessageContaining("violates PodSecurity \"restricted");
    }

    private void admitted(Rendering rendering) throws IOException {
        apply(account(rendering), false);
        List<String> said = new ArrayList<>();
        for (Manifest manifest : rendering.manifests()) {
            said.add(apply(manifest.tree(), true));
        }
        said.add(apply(pod(rendering), true));

        assertThat(said).allMatch(line -> line.endsWith("serverside-applied (server dry run)"));
        assertThat(said).hasSize(rendering.manifests().size() + 1);
    }

    private static ObjectNode account(Rendering rendering) {
        return rendering.manifests().stream()
                .filter(manifest -> manifest.kind().equals("ServiceAccount"))
                .findFirst()
                .orElseThrow()
                .tree();
    }

    /** As the ReplicaSet controller would make it. */
    private static ObjectNode pod(Rendering rendering) {
        Manifest deployment = rendering.manifests().get(rendering.manifests().size() - 1);
        ObjectNode pod = deployment.tree().at("/spec/template").deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata")
                .put("name", deployment.name())
                .put("namespace", deployment.tree().at("/metadata/namespace").asText());
        return pod;
    }

    private String apply(ObjectNode tree, boolean dryRun) throws IOException {
        Path file = folder.resolve("object.json");
        Files.writeString(file, tree.toString());
        List<String> words = new ArrayList<>(List.of(
                "apply", "--server-side", "--field-manager=launchpad", "--warnings-as-errors", "-f", file.toString()));
        if (dryRun) {
            words.add("--dry-run=server");
        }
        return cluster.kubectl(words.toArray(String[]::new));
    }
}
