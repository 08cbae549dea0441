package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.SecretRef;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program sees that runs where an agent would: variables, folders, user. */
@RealCluster
@RealRegistry
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PodIT {

    private static final String PROBE = """
            const {writeFileSync, statSync} = require('fs');
            const can = (path) => { try { writeFileSync(path + '/x', 'x'); return true; } catch (e) { return e.code; } };
            console.log(JSON.stringify({env: process.env, user: process.getuid() + ':' + process.getgid(),
              writes: {data: can('/data'), tmp: can('/tmp'), root: can('/'), app: can('/etc')}}));
            writeFileSync(process.env.LAUNCHPAD_TERMINATION_LOG, 'the last word');
            """;

    @TempDir
    private Path folder;

    @Test
    void a_process_sees_its_secrets_by_name_and_writes_to_its_volume_only(Cluster cluster, Registry registry)
            throws IOException {
        cluster.enforce("restricted");
        AgentSpec spec = Samples.ada()
                .secretRef("MODEL_KEY", SecretRef.of("model-keys", "openai"))
                .build();
        PlanRequest request = Samples.request(spec);
        Names names = Names.of(request.agentId());
        secret(cluster, "model-keys", "openai=ref-value");
        secret(cluster, names.identity(), "token=token-value", "salt=salt-value");
        secret(
                cluster,
                names.secrets("4f1c9a"),
                "OPENAI_API_KEY=stored-value",
                "SERVER_PORT=9",
                Names.SECRET_NAMES + "=OPENAI_API_KEY,SERVER_PORT");

        JsonNode seen = run(
                cluster,
                registry,
                AgentObjects.render(request, ManifestSettings.in(cluster.namespace()), ClusterFacts.unknown()));

        JsonNode env = seen.path("env");
        assertThat(env.path("OPENAI_API_KEY").asText()).isEqualTo("stored-value");
        assertThat(env.path("MODEL_KEY").asText()).isEqualTo("ref-value");
        assertThat(env.path("SERVER_PORT").asText()).isEqualTo("3000");
        assertThat(env.path("SERVER_API_KEY").asText()).isEqualTo("token-value");
        assertThat(env.path("ELIZA_SERVER_AUTH_TOKEN").asText()).isEqualTo("token-value");
        assertThat(env.path("SECRET_SALT").asText()).isEqualTo("salt-value");
        assertThat(env.path("LAUNCHPAD_SETTINGS").asText()).isEqualTo("OPENAI_API_KEY,SERVER_PORT,MODEL_KEY");
        assertThat(env.path("LAUNCHPAD_SECRETS").asText())
                .isEqualTo("OPENAI_API_KEY,SERVER_PORT,MODEL_KEY,ELIZA_SERVER_AUTH_TOKEN,SERVER_API_KEY,SECRET_SALT");
        assertThat(env.has("ADA_LOVELACE_SERVICE_HOST")).isFalse();
        assertThat(seen.path("user").asText()).isEqualTo("65532:65532");
        assertThat(seen.at("/writes/data").asBoolean()).isTrue();
        assertThat(seen.at("/writes/tmp").asBoolean()).isTrue();
        assertThat(seen.at("/writes/root").asText()).isEqualTo("EROFS");
        assertThat(seen.at("/writes/app").asText()).isEqualTo("EROFS");
        String ended = "jsonpath={.status.containerStatuses[0].state.terminated.message}";
        assertThat(cluster.kubectl("get", "pod/probe", "--output", ended)).isEqualTo("the last word");
    }

    private JsonNode run(Cluster cluster, Registry registry, Rendering rendering) throws IOException {
        ObjectNode pod = null;
        for (Manifest manifest : rendering.manifests()) {
            if (manifest.workload()) {
                pod = manifest.tree().at("/spec/template").deepCopy();
            } else {
                apply(cluster, manifest.tree());
            }
        }
        assertThat(pod).isNotNull();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata").put("name", "probe");
        pod.withObject("/spec").put("restartPolicy", "Never");
        ObjectNode agent = (ObjectNode) pod.at("/spec/containers/0");
        agent.put("image", registry.baseImage());
        agent.putArray("command").add("node").add("-e").add(PROBE);
        apply(cluster, pod);
        cluster.kubectl("wait", "pod/probe", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=90s");
        return new ObjectMapper().readTree(cluster.kubectl("logs", "probe"));
    }

    private void apply(Cluster cluster, ObjectNode tree) throws IOException {
        Path file = folder.resolve("object.json");
        Files.writeString(file, tree.toString());
        cluster.kubectl("apply", "--server-side", "-f", file.toString());
    }

    private static void secret(Cluster cluster, String name, String... values) {
        String[] words = new String[4 + values.length];
        words[0] = "create";
        words[1] = "secret";
        words[2] = "generic";
        words[3] = name;
        for (int i = 0; i < values.length; i++) {
            words[4 + i] = "--from-literal=" + values[i];
        }
        cluster.kubectl(words);
    }
}
