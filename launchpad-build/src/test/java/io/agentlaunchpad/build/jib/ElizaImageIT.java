package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real thing: ElizaOS by npm on the testbed's base, pulled by containerd, run as nobody on a read-only root. */
@RealRegistry
@RealCluster
class ElizaImageIT {

    private static final AgentSpec ADA = AgentSpec.named("ada")
            .bio("Explains mathematics")
            .plugin("@elizaos/plugin-openai")
            .build();

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: ada}
            spec:
              automountServiceAccountToken: false
              enableServiceLinks: false
              securityContext: {fsGroup: 65532}
              containers:
                - name: agent
                  image: %s
                  env: [{name: OPENAI_API_KEY, value: none}, {name: OPENAI_BASE_URL, value: "http://127.0.0.1:1/v1"}]
                  readinessProbe: {httpGet: {path: /livez, port: 3000}, periodSeconds: 2}
                  securityContext:
                    runAsNonRoot: true
                    readOnlyRootFilesystem: true
                    allowPrivilegeEscalation: false
                    capabilities: {drop: [ALL]}
                    seccompProfile: {type: RuntimeDefault}
                  volumeMounts: [{name: data, mountPath: /data}]
              volumes: [{name: data, emptyDir: {}}]
            """;

    @TempDir
    private Path temp;

    @Test
    void aRealAgentIsBuiltPulledAndRunsReadOnlyAsNobody(Registry registry, Cluster cluster) throws Exception {
        JibImageBuilder builder = JibImageBuilder.pushingTo(registry.repository())
                .baseImage(registry.baseImage())
                .cacheDirectory(temp);
        TestContext context = new TestContext(Duration.ofMinutes(9));
        String lock = builder.resolve(ADA, null, context).lock();
        Artifact.Image image = (Artifact.Image)
                builder.build(new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), ADA, lock), context);
        builder.publish(image, context);
        assertThat(builder.resolve(ADA, lock, context).lock()).isEqualTo(lock);

        List<LayerSize> layers = builder.layers(image.ref(), context);
        assertThat(layers.get(layers.size() - 1).of()).isEqualTo(Finding.Layer.AGENT);
        assertThat(layers.get(layers.size() - 1).bytes()).isLessThan(10_000);

        Sbom sbom = builder.sbom(image.ref(), context).orElseThrow();
        assertThat(sbom.packages())
                .anyMatch(purl -> purl.startsWith("pkg:npm/%40elizaos/core@1.7"))
                .anyMatch(purl -> purl.startsWith("pkg:deb/debian/libc6@"));
        assertThat(new JsonParser().validate(sbom.toJson().getBytes(), Version.VERSION_16))
                .isEmpty();

        cluster.apply(POD.formatted(image.ref()));
        Instant end = Instant.now().plus(Duration.ofMinutes(3));
        String ready = "";
        while (!ready.equals("true") && Instant.now().isBefore(end)) {
            Thread.sleep(1000);
            ready = cluster.kubectl("get", "pod", "ada", "--output", "jsonpath={.status.containerStatuses[0].ready}");
        }
        assertThat(ready).as(() -> cluster.kubectl("logs", "ada")).isEqualTo("true");
        assertThat(context.told())
                .anyMatch(line -> line.matches("pushing the runtime image .*: \\d+ % \\d{6,}/\\d{8,}"));
    }
}
