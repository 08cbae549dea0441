package io.agentlaunchpad.samples.springserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.ArtifactBuild;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.spi.TestWork;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.Model;
import io.agentlaunchpad.testbed.Postgres;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealModel;
import io.agentlaunchpad.testbed.RealPostgres;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jar pushes itself as an image, and the manifests of this sample run it: two pods under Pod Security {@code restricted} and the
 * least Role, on PostgreSQL, in the cluster that they launch agents in.
 */
@RealCluster
@RealRegistry
@RealPostgres
@RealModel
class InPodsIT {

    private static final String KEY = "alk_" + "5c".repeat(32);
    private static final Pattern FORWARDED = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:([0-9]+) ");
    private static final String PODS = "app.kubernetes.io/name=launchpad-server";

    @TempDir
    private Path directory;

    /** Node: listen on the first port and address, hand on to the second. */
    private static final String RELAY = "process.on('SIGTERM', () => process.exit());"
            + " const net = require('net'), [port, host, to, at] = process.argv.slice(1);"
            + " net.createServer(one => { const other = net.connect(to, at); one.pipe(other).pipe(one);"
            + " one.on('error', () => other.destroy()); other.on('error', () => one.destroy()) })"
            + ".listen(port, host, function () { console.log(this.address().port) })";

    private final List<Process> helpers = new ArrayList<>();
    private Cluster cluster;
    private Postgres postgres;
    private Registry registry;

    @BeforeEach
    void prepare(Cluster realCluster, Postgres realPostgres, Registry realRegistry) {
        cluster = realCluster;
        postgres = realPostgres;
        registry = realRegistry;
        cluster.enforce("restricted");
    }

    @AfterEach
    void endHelpers() throws Exception {
        for (Process helper : helpers) {
            helper.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void the_server_runs_as_its_own_manifests_say_and_launches_an_agent(Model model) throws Exception {
        deploy(pushItself(), runtimeBuiltElsewhere());
        List<String> pods = pods();
        assertThat(pods).hasSize(2);

        for (String pod : pods) {
            ApiClient client = client(pod);
            JsonNode health = client.get("/health");
            assertThat(health.path("status").asString()).as(health.toString()).isEqualTo("UP");
        }
        ApiClient one = client(pods.get(0));
        ApiClient other = client(pods.get(1));
        String agent = launched(one, other, model);
        a_pod_ends_gracefully_and_is_replaced(pods.get(0));
        assertThat(other.say(agent, "Still there?").path("text").asString()).contains("Still there?");
    }

    private String pushItself() throws Exception {
        String base = JavaBaseImage.push(registry.repository() + "/java:17", directory);
        Path errors = Files.createTempFile(directory, "push-", ".err");
        Process push = ServerProcess.java(
                        "-jar",
                        Path.of("target/launchpad-server.jar").toString(),
                        "image",
                        registry.repository() + "/server:1",
                        base)
                .redirectError(errors.toFile())
                .start();
        String said = new String(push.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(push.waitFor()).as(said + Files.readString(errors)).isZero();
        assertThat(said).as(Files.readString(errors)).startsWith(registry.repository() + "/server@sha256:");
        return said;
    }

    /** The servers' image has no Node: somebody else has built what agents stand on. */
    private String runtimeBuiltElsewhere() throws Exception {
        AgentSpec any = AgentSpec.named("any")
                .bio("Nobody")
                .plugin("@elizaos/plugin-openai")
                .build();
        ArtifactBuild.with(JibImageBuilder.pushingTo(registry.repository()).baseImage(registry.baseImage()))
                .run(any, Secrets.none(), TestWork.within(Duration.ofMinutes(5)));
        String repository = registry.repository() + "/runtime";
        HttpRequest tags = HttpRequest.newBuilder(URI.create("http://" + registry.host() + "/v2"
                        + repository.substring(registry.host().length()) + "/tags/list"))
                .build();
        String listed = HttpClient.newHttpClient()
                .send(tags, HttpResponse.BodyHandlers.ofString())
                .body();
        return JsonMapper.shared()
                .readTree(listed)
                .path("tags")
                .valueStream()
                .map(JsonNode::asString)
                // Neither what a push left nor the list of what refers to an image.
                .filter(tag -> !tag.startsWith("pending-") && !tag.startsWith("sha256-"))
                .map(tag -> repository + ":" + tag)
                .findFirst()
                .orElseThrow();
    }

    private void deploy(String image, String runtime) throws Exception {
        String namespace = cluster.namespace();
        // The optional rights reach beyond this namespace.
        String rights = String.join(
                "---\n",
                List.of(Files.readString(Path.of("../../docs/rbac.yaml")).split("---\n"))
                        .subList(0, 3));
        cluster.apply(rights.replace("namespace: agents", "namespace: " + namespace));
        URI database = URI.create(postgres.uriFromPods().orElseThrow());
        cluster.kubectl(
                "create",
                "secret",
                "generic",
                "launchpad-server",
                "--from-literal=LAUNCHPAD_SECURITY_ADMINKEY=" + KEY,
                "--from-literal=SPRING_DATASOURCE_URL=jdbc:postgresql://" + database.getHost() + ":"
                        + database.getPort() + database.getPath(),
                "--from-literal=SPRING_DATASOURCE_USERNAME=" + postgres.username(),
                "--from-literal=SPRING_DATASOURCE_PASSWORD=" + postgres.password());
        cluster.apply(withRoadToTheRegistry(Files.readString(Path.of("kubernetes.yaml")), database.getHost())
                .replace("namespace: agents", "namespace: " + namespace)
                .replace("NAMESPACE: agents", "NAMESPACE: " + namespace)
                .replace("registry.example.com/you/launchpad-server:1", image)
                .replace("registry.example.com/you/agents/runtime:1", runtime)
                .replace("registry.example.com/you/agents", registry.repository()));
        cluster.kubectl("rollout", "status", "deployment/launchpad-server", "--timeout=480s");
    }

    /** Asked of one pod, followed and talked to over the other. */
    private String launched(ApiClient one, ApiClient other, Model model) throws Exception {
        String ada = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "agentName", "ada",
                        "personality", Map.of("bio", List.of("Explains mathematics")),
                        "selectedPlugins", List.of("@elizaos/plugin-openai"),
                        "pluginConfigs", Map.of("@elizaos/plugin-openai", Map.of("OPENAI_BASE_URL", model.url())),
                        "secrets", Map.of("OPENAI_API_KEY", "planted-key-in-pods")));
        JsonNode accepted = one.change("POST", "/agents", ada, List.of());
        String agent = accepted.path("agentId").asString();
        String operation = accepted.path("operationId").asString();
        other.follow(agent, operation, 0, event -> {});
        JsonNode end = other.get("/operations/{id}", operation);
        assertThat(end.path("outcome").asString("")).as(end.toString()).isEqualTo("SUCCEEDED");
        assertThat(other.say(agent, "What is a loop?").path("text").asString()).contains("What is a loop?");
        return agent;
    }

    private void a_pod_ends_gracefully_and_is_replaced(String pod) throws Exception {
        Path errors = Files.createTempFile(directory, "logs-", ".err");
        BufferedReader log = output(kubectl(errors, "logs", "--follow", "--container", "server", pod));
        // Who follows must have come before the pod goes.
        assertThat(log.readLine()).as(Files.readString(errors)).isNotNull();
        cluster.kubectl("delete", "pod", pod, "--wait=false");
        cluster.kubectl("wait", "--for=delete", "pod/" + pod, "--timeout=180s");
        String last = log.lines().collect(Collectors.joining("\n"));
        assertThat(last)
                .as(Files.readString(errors))
                .contains("Graceful shutdown complete")
                .doesNotContain(KEY, postgres.password());
        cluster.kubectl("rollout", "status", "deployment/launchpad-server", "--timeout=480s");
        assertThat(pods()).hasSize(2).doesNotContain(pod);
    }

    /** A registry on loopback is another one for each pod: a second container brings it there, by way of the node's address. */
    private String withRoadToTheRegistry(String manifest, String node) throws Exception {
        if (!registry.host().matches("(127\\.|localhost).*")) {
            return manifest;
        }
        String port = registry.host().substring(registry.host().indexOf(':') + 1);
        Path errors = Files.createTempFile(directory, "relay-", ".err");
        Process relay = new ProcessBuilder("node", "-e", RELAY, "0", node, port, "127.0.0.1")
                .redirectError(errors.toFile())
                .start();
        helpers.add(relay);
        String road = output(relay).readLine();
        assertThat(road).as(Files.readString(errors)).isNotNull();
        String container = """
                        - name: registry
                          image: %s
                          command: [node, -e, "%s", "%s", 127.0.0.1, "%s", "%s"]
                          resources: {limits: {memory: 256Mi}}
                          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """.formatted(registry.baseImage(), RELAY, port, road, node);
        return manifest.replace("      containers:\n", "      containers:\n" + container);
    }

    private List<String> pods() {
        return cluster.kubectl(
                        "get",
                        "pods",
                        "-l",
                        PODS,
                        "-o",
                        "jsonpath={range .items[?(@.status.phase==\"Running\")]}{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .sorted()
                .toList();
    }

    private ApiClient client(String pod) throws Exception {
        Path errors = Files.createTempFile(directory, "forward-", ".err");
        Process forward = kubectl(errors, "port-forward", "pod/" + pod, ":8080", "--address", "127.0.0.1");
        helpers.add(forward);
        String line = output(forward).readLine();
        Matcher forwarded = FORWARDED.matcher(String.valueOf(line));
        assertThat(forwarded.find()).as(line + "\n" + Files.readString(errors)).isTrue();
        URI api = URI.create("http://127.0.0.1:" + forwarded.group(1) + "/api");
        return new ApiClient(() -> api, KEY);
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Its warnings go to the file, and not among what it prints. */
    private Process kubectl(Path errors, String... words) throws Exception {
        return new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        "kubectl",
                                        "--kubeconfig",
                                        cluster.kubeconfig().toString(),
                                        "--context",
                                        cluster.context(),
                                        "--namespace",
                                        cluster.namespace()),
                                Stream.of(words))
                        .toList())
                .redirectError(errors.toFile())
                .start();
    }
}
