package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.Model;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealModel;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real thing: ElizaOS by npm on the testbed's base, pulled by containerd, run as nobody on a read-only root, ready, and
 * asked something. Once on a runtime that is built here, once on one that was built elsewhere.
 */
@RealRegistry
@RealCluster
@RealModel
class ElizaImageIT {

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s}
            spec:
              automountServiceAccountToken: false
              enableServiceLinks: false
              securityContext: {fsGroup: 65532, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
                - name: agent
                  image: %2$s
                  env: [{name: OPENAI_API_KEY, value: none}, {name: OPENAI_BASE_URL, value: "%3$s"}]
                  readinessProbe: {httpGet: {path: /readyz, port: 3000}, periodSeconds: 2}
                  securityContext:
                    readOnlyRootFilesystem: true
                    allowPrivilegeEscalation: false
                    capabilities: {drop: [ALL]}
                  volumeMounts: [{name: data, mountPath: /data}]
              volumes: [{name: data, emptyDir: {}}]
            """;

    /** In the container there is node and no shell: who it is, what it may write, and one chat. */
    private static final String TALK = """
            const call = async (path, body) => {
              const answer = await fetch('http://127.0.0.1:3000' + path, body && {method: 'POST',
                headers: {'content-type': 'application/json'}, body: JSON.stringify(body)})
              return answer.json()
            }
            const fs = require('fs')
            const write = (file) => { try { fs.writeFileSync(file, ''); return 'written' } catch (e) { return e.code } }
            ;(async () => {
              const agents = await call('/api/agents')
              const session = await call('/api/messaging/sessions',
                {agentId: agents.data.agents[0].id, userId: '7d8ac1d1-6a0c-4a7c-9d0e-0a5b0c1d2e3f'})
              const reply = await call('/api/messaging/sessions/' + session.sessionId + '/messages',
                {content: 'What is a loop?', transport: 'http'})
              console.log(JSON.stringify({uid: process.getuid(), root: write('/app/x'), data: write('/data/x'),
                agent: agents.data.agents[0].name, text: reply.agentResponse && reply.agentResponse.text}))
            })()
            """;

    @TempDir
    private Path temp;

    private final TestContext context = new TestContext(Duration.ofMinutes(9));

    private static AgentSpec agent(String name) {
        return AgentSpec.named(name)
                .bio("Explains mathematics")
                .plugin("@elizaos/plugin-openai")
                .build();
    }

    private Artifact.Image build(JibImageBuilder builder, AgentSpec spec) {
        String lock = builder.resolve(spec, null, context).lock();
        Artifact.Image image = (Artifact.Image)
                builder.build(new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, spec.name()), spec, lock), context);
        builder.publish(image, context);
        assertThat(builder.resolve(spec, lock, context).lock()).isEqualTo(lock);
        return image;
    }

    @Test
    void realAgentsAreBuiltPulledBecomeReadyAndAnswerReadOnlyAsNobody(Registry registry, Cluster cluster, Model model)
            throws Exception {
        JibImageBuilder builder = JibImageBuilder.pushingTo(registry.repository() + "/built")
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve("built"));
        Artifact.Image ada = build(builder, agent("ada"));

        List<LayerSize> layers = builder.layers(ada.ref(), context);
        assertThat(layers.get(layers.size() - 1).of()).isEqualTo(Finding.Layer.AGENT);
        assertThat(layers.get(layers.size() - 1).bytes()).isLessThan(10_000);
        Sbom sbom = builder.sbom(ada.ref(), context).orElseThrow();
        assertThat(sbom.packages())
                .anyMatch(purl -> purl.startsWith("pkg:npm/%40elizaos/core@1.7"))
                .anyMatch(purl -> purl.startsWith("pkg:deb/debian/libc6@"));
        assertThat(new JsonParser().validate(sbom.toJson().getBytes(), Version.VERSION_16))
                .isEmpty();
        assertThat(context.told())
                .anyMatch(line -> line.matches("pushing the runtime image .*: \\d+ % \\d{6,}/\\d{8,}"));

        String hash = TestImages.read(ada.ref()).label(Labels.RUNTIME);
        JibImageBuilder onGiven = JibImageBuilder.pushingTo(registry.repository() + "/given")
                .cacheDirectory(temp.resolve("given"))
                .runtimeImage(registry.repository() + "/built/runtime:" + hash);
        Artifact.Image bob = build(onGiven, agent("bob"));
        assertThat(onGiven.sbom(bob.ref(), context).orElseThrow().packages())
                .anyMatch(purl -> purl.startsWith("pkg:npm/%40elizaos/core@1.7"));

        cluster.apply(POD.formatted("ada", ada.ref(), model.url()));
        cluster.apply(POD.formatted("bob", bob.ref(), model.url()));
        for (String name : List.of("ada", "bob")) {
            try {
                cluster.kubectl("wait", "--for=condition=Ready", "--timeout=240s", "pod/" + name);
            } catch (IllegalStateException e) {
                throw new AssertionError(cluster.kubectl("logs", name), e);
            }
            JsonNode said = OciJson.lenient(
                    cluster.kubectl("exec", name, "--", "node", "-e", TALK).getBytes(StandardCharsets.UTF_8));
            assertThat(said.path("uid").asInt()).isEqualTo(65532);
            assertThat(said.path("root").asText()).isEqualTo("EROFS");
            assertThat(said.path("data").asText()).isEqualTo("written");
            assertThat(said.path("agent").asText()).isEqualTo(name);
            assertThat(said.path("text").asText()).contains("What is a loop?");
        }
    }
}
