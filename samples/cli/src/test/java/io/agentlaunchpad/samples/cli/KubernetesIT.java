package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentlaunchpad.samples.cli.Command.Ended;
import io.agentlaunchpad.samples.cli.Command.Running;
import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.Model;
import io.agentlaunchpad.testbed.RealCluster;
import io.agentlaunchpad.testbed.RealModel;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real agent on a real cluster, by the packaged command: built, scanned, pushed, deployed, changed, deleted. */
@RealCluster
@RealRegistry
@RealTrivy
@RealModel
@Execution(ExecutionMode.CONCURRENT)
class KubernetesIT {

    private static final String PLANTED = "planted-model-key-51c09e77";
    private static final String OURS = "app.kubernetes.io/managed-by=launchpad";

    /** Everything that a launch can leave in a namespace. */
    private static final String KINDS = "deployments,replicasets,pods,services,serviceaccounts,secrets,configmaps,"
            + "persistentvolumeclaims,networkpolicies,ingresses";

    /** Prints every message that the agent remembers, by its own account: what was said to it, one a line. */
    private static final String MEMORIES = """
            const headers = { 'x-api-key': process.env.ELIZA_SERVER_AUTH_TOKEN };
            const ask = async (path) => (await fetch('http://127.0.0.1:3000/api' + path, { headers })).json();
            const agent = (await ask('/agents')).data.agents[0].id;
            const { memories } = (await ask('/memory/' + agent + '/memories')).data;
            memories.forEach((memory) => console.log(memory.content.text));
            """;

    @TempDir
    private Path directory;

    private Cluster cluster;
    private final Registry registry;
    private final Trivy trivy;
    private final Model model;
    private Command launchpad;
    private final List<Ended> said = new ArrayList<>();

    /** One repository for all tests: agents share their runtime image, as they do for people. */
    KubernetesIT(Registry registry, Trivy trivy, Model model) {
        this.registry = registry;
        this.trivy = trivy;
        this.model = model;
    }

    @BeforeEach
    void prepare(Cluster realCluster) {
        cluster = realCluster;
        cluster.enforce("restricted");
        launchpad = home("home");
    }

    @Test
    void an_agent_is_launched_and_found_again_from_another_home_until_nothing_is_left() throws IOException {
        String file = configuration("Explains mathematics", "");

        Ended launched = run(launchpad, launch(file, registry.baseImage())).exits(0);

        assertThat(launched.out()).contains("validate", "build", "scan", "deploy", "verify", "monitor", "HEALTHY");
        assertThat(run(launchpad, "chat", "ada", "What is a loop?").exits(0).out())
                .contains("You said: What is a loop?");
        String image = cluster.kubectl(
                "get", "deployments", "-o", "jsonpath={.items[*].spec.template.spec.containers[*].image}");
        assertThat(image).startsWith(registry.repository() + "/ada@sha256:");

        the_same_again_changes_nothing(file);
        another_home_finds_it(file);
        restarted_stopped_and_started_it_remembers();
        secrets_stand_in_secrets_only();

        Command other = home("another");
        run(other, at("delete", "ada")).exits(0);
        assertNothingIsLeft();
        assertThat(run(other, at("list")).exits(0).out()).doesNotContain("ada");
        run(launchpad, "delete", "ada").exits(0);
        run(launchpad, "status", "ada").exits(2);
    }

    private void the_same_again_changes_nothing(String file) {
        // A status is written until the rollout is over.
        cluster.kubectl("rollout", "status", "deployments", "-l", OURS, "--timeout=120s");
        List<String> before = objects();

        run(launchpad, launch(file, registry.baseImage())).exits(0);

        assertThat(objects()).as("objects with their resource versions").isEqualTo(before);
        assertThat(ask(launchpad, "status", "ada").exits(0).out()).contains("revision: 1", "health: HEALTHY");
        assertThat(ask(launchpad, at("plan", file, "--exit-code")).exits(0).out())
                .contains("A launch would change nothing.");
        assertThat(objects()).as("after a plan").isEqualTo(before);
    }

    private void another_home_finds_it(String file) throws IOException {
        Command other = home("another");

        assertThat(run(other, at("list")).exits(0).out())
                .contains("ada", "DEPLOYED", "HEALTHY", "kubernetes:" + cluster.context() + "/" + cluster.namespace());
        assertThat(ask(other, "status", "ada").exits(0).out()).contains("revision: 1", "health: HEALTHY");
        assertThat(ask(other, at("plan", file, "--exit-code")).exits(0).out()).contains("change nothing");
        JsonNode plan = new ObjectMapper()
                .readTree(ask(other, at("plan", configuration("Explains it better", ""), "--json"))
                        .exits(0)
                        .out());
        assertThat(plan.path("changesNothing").asBoolean()).isFalse();
        assertThat(plan.path("changes").toString()).contains("Deployment", "UPDATE");

        assertThat(run(other, "chat", "ada", "from elsewhere").exits(0).out()).contains("You said: from elsewhere");
        assertThat(ask(other, "logs", "ada", "--tail", "2").exits(0).out().lines())
                .hasSize(2);
        ask(other, "scale", "ada", "2").exits(3); // one embedded database has room for one
        ask(other, "scale", "ada", "0").exits(0);
        assertThat(ask(other, "status", "ada").exits(0).out()).contains("status: STOPPED");
        assertThat(cluster.kubectl("get", "deployments", "-o", "jsonpath={.items[*].spec.replicas}"))
                .isEqualTo("0");
        ask(other, "scale", "ada", "1").exits(0);
        assertThat(ask(other, "chat", "ada", "awake?").exits(0).out()).contains("You said: awake?");
        assertThat(ask(other, "events", "ada").exits(0).out()).contains("ADOPTED", "OPERATION_SETTLED");

        // The first home hears of the later releases when it looks at the namespace.
        assertThat(ask(launchpad, at("status", "ada")).exits(0).out())
                .contains("status: DEPLOYED", "health: HEALTHY", "revision: 3");
    }

    /** What it was told before the first of its pods ended is still in its database after the last one began. */
    private void restarted_stopped_and_started_it_remembers() {
        String volume = volume();
        String before = pods();
        ask(launchpad, "restart", "ada").exits(0);
        assertThat(pods()).as("another pod").startsWith("pod/").isNotEqualTo(before);
        assertThat(ask(launchpad, "chat", "ada", "restarted?").exits(0).out()).contains("You said: restarted?");

        ask(launchpad, "stop", "ada").exits(0);
        // Its pod takes the time that it needs to end.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(ask(launchpad, "status", "ada").exits(0).out())
                            .contains("status: STOPPED", "health: UNKNOWN");
                    assertThat(pods()).isEmpty();
                });

        ask(launchpad, "start", "ada").exits(0);
        assertThat(ask(launchpad, "chat", "ada", "started?").exits(0).out()).contains("You said: started?");
        assertThat(volume()).as("the same volume").isEqualTo(volume);
        assertThat(cluster.kubectl("exec", pods(), "--", "node", "--input-type=module", "-e", MEMORIES)
                        .lines())
                .contains("What is a loop?", "restarted?", "started?");
    }

    private String pods() {
        return cluster.kubectl("get", "pods", "-l", OURS, "-o", "name");
    }

    private String volume() {
        return cluster.kubectl("get", "persistentvolumeclaims", "-l", OURS, "-o", "jsonpath={.items[*].metadata.uid}");
    }

    @Test
    void a_planted_vulnerability_is_rejected_with_nothing_on_the_cluster() throws IOException {
        Ended refused = run(launchpad, launch(configuration("Explains", ""), trivy.vulnerableImage()))
                .exits(3);

        assertThat(refused.err()).contains("CVE-2021-44906", "Fix:");
        assertNothingIsLeft();
        assertThat(cluster.kubectl("get", "events", "-o", "name")).isEmpty();
    }

    @Test
    void an_update_that_fails_is_taken_back() throws IOException {
        run(launchpad, launch(configuration("Explains", ""), registry.baseImage()))
                .exits(0);
        String before = specs();

        Ended failed = run(
                        launchpad,
                        launch(
                                configuration(
                                        "Fails", ", \"POSTGRES_URL\": \"postgres://nobody:none@127.0.0.1:9/none\""),
                                registry.baseImage()))
                .exits(4);

        assertThat(failed.err()).contains("DATABASE_UNREACHABLE", "Fix:");
        assertThat(specs()).as("restored").isEqualTo(before);
        assertThat(ask(launchpad, "status", "ada").exits(0).out()).contains("DEPLOYED", "HEALTHY", "last failure");
        assertThat(ask(launchpad, "chat", "ada", "still there?").exits(0).out()).contains("You said: still there?");
        ask(launchpad, "delete", "ada").exits(0);
        assertNothingIsLeft();
    }

    @Test
    void ctrl_c_while_it_is_verified_takes_everything_back() throws IOException {
        Running launch = launchpad.start(with(launch(configuration("Explains", ""), registry.baseImage()), "--json"));
        launch.await(out -> out.contains("\"verify begins\""));

        launch.interrupt();

        int code = launch.end().exit();
        assertThat(launch.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(code).isIn(0, 130); // the agent may have been quicker than the signal
        if (code == 0) {
            ask(launchpad, "delete", "ada").exits(0);
        }
        assertNothingIsLeft();
    }

    @Test
    void a_worker_launches_what_was_submitted_without_a_volume() throws IOException {
        String file = configuration("Explains", "");
        run(launchpad, with(at("launch", file, "--submit"), "--ephemeral")).exits(0);
        assertThat(cluster.kubectl("get", "deployments", "-o", "name")).isEmpty();

        Running worker = launchpad.start(at(
                "worker",
                "--ephemeral",
                "--image-repository",
                registry.repository(),
                "--base-image",
                registry.baseImage(),
                "--scanner",
                "none"));
        try {
            worker.await(out -> out.contains("OPERATION_SETTLED"));
            assertThat(worker.out()).contains("launch succeeded");
            assertThat(cluster.kubectl("get", "persistentvolumeclaims", "-o", "name"))
                    .isEmpty();
            assertThat(ask(launchpad, "status", "ada").exits(0).out()).contains("health: HEALTHY", "?ephemeral");
            ask(launchpad, at("plan", file, "--exit-code")).exits(0); // the place is known, with how agents live there
            others_are_told_of(worker);
            worker.interrupt();
            worker.end().exits(0);
        } finally {
            worker.kill();
        }
        assertThat(ask(launchpad, "chat", "ada", "alone").exits(0).out()).contains("You said: alone");
        ask(launchpad, "delete", "ada").exits(0);
        assertNothingIsLeft();
    }

    /** What somebody else does to the agent's objects is an event of the agent. */
    private void others_are_told_of(Running worker) {
        String service = cluster.kubectl("get", "services", "-l", OURS, "-o", "name");
        cluster.kubectl("patch", service, "--type=merge", "-p", "{\"spec\":{\"sessionAffinity\":\"ClientIP\"}}");
        worker.await(out -> out.contains("DRIFT"));

        assertThat(ask(launchpad, "events", "ada").exits(0).out())
                .containsPattern("DRIFT +Service.*kubectl.*sessionAffinity");
    }

    @Test
    void a_namespace_or_context_that_does_not_exist_is_named() throws IOException {
        String file = configuration("Explains", "");

        Ended nowhere = launchpad.run(
                "launch",
                file,
                "--platform",
                "kubernetes",
                "--context",
                "nowhere",
                "--image-repository",
                registry.repository());
        assertThat(nowhere.exit()).as(nowhere.err()).isEqualTo(2);
        assertThat(nowhere.err()).contains("nowhere", "Fix:").doesNotContain("\tat ");

        Ended missing = launchpad.run(
                "launch",
                file,
                "--platform",
                "kubernetes",
                "--context",
                cluster.context(),
                "--namespace",
                "not-there",
                "--image-repository",
                registry.repository());
        assertThat(missing.exit()).as(missing.err()).isEqualTo(3);
        assertThat(missing.err()).contains("not-there", "Fix:").doesNotContain("\tat ");
    }

    @Test
    void the_doctor_looks_at_the_cluster() {
        Ended healthy = run(launchpad, at("doctor", "--trivy", trivy.program().toString()));

        assertThat(healthy.exit()).as(healthy.out()).isZero();
        assertThat(healthy.out())
                .contains("cluster", "kubernetes:" + cluster.context() + "/" + cluster.namespace(), "trivy");
    }

    private void secrets_stand_in_secrets_only() {
        String base64 = Base64.getEncoder().encodeToString(PLANTED.getBytes(StandardCharsets.UTF_8));
        String secrets = cluster.kubectl("get", "secrets", "-l", OURS, "-o", "yaml");
        assertThat(secrets)
                .as("the value is kept somewhere, or this search finds nothing")
                .contains(base64);
        String others = cluster.kubectl("get", KINDS.replace("secrets,", "") + ",events", "-o", "yaml");
        assertThat(others).doesNotContain(PLANTED, base64);
        said.forEach(ended -> assertThat(ended.out() + ended.err()).doesNotContain(PLANTED, base64));
    }

    private void assertNothingIsLeft() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(cluster.kubectl("get", KINDS, "-l", OURS, "-o", "name"))
                        .isEmpty());
    }

    /** Our objects, each with its version: equal lists mean that nobody wrote anything. */
    private List<String> objects() {
        return cluster.kubectl(
                        "get",
                        KINDS,
                        "-l",
                        OURS,
                        "-o",
                        "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}")
                .lines()
                .sorted()
                .toList();
    }

    /** What is asked of the cluster, without what it answers. */
    private String specs() {
        return cluster.kubectl(
                "get",
                "deployments,services,networkpolicies,persistentvolumeclaims",
                "-l",
                OURS,
                "-o",
                "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.labels} {.spec}{\"\\n\"}{end}");
    }

    private Ended run(Command command, String... arguments) {
        Ended ended = command.run(arguments);
        said.add(ended);
        return ended;
    }

    private Ended ask(Command command, String... arguments) {
        Ended ended = command.ask(arguments);
        said.add(ended);
        return ended;
    }

    private Command home(String name) {
        return new Command(directory.resolve(name))
                .with("KUBECONFIG", cluster.kubeconfig().toString());
    }

    private String[] at(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--platform", "kubernetes", "--context", cluster.context(), "--namespace", cluster.namespace()));
        return all.toArray(String[]::new);
    }

    private String[] launch(String file, String base) {
        return at(
                "launch",
                file,
                "--image-repository",
                registry.repository(),
                "--base-image",
                base,
                "--trivy",
                trivy.program().toString(),
                "--trivy-cache",
                trivy.cache().toString(),
                "--trivy-offline");
    }

    private static String[] with(String[] line, String option) {
        List<String> all = new ArrayList<>(List.of(line));
        all.add(option);
        return all.toArray(String[]::new);
    }

    private String configuration(String bio, String moreSecrets) throws IOException {
        String database = moreSecrets.isEmpty() ? "" : "\"database\": {\"kind\": \"postgresql\"},";
        return Files.writeString(Files.createTempFile(directory, "ada", ".json"), """
                        {"agentName": "ada", "personality": {"bio": ["%s"]}, %s
                         "selectedPlugins": ["@elizaos/plugin-openai"], "resources": {"cpu": "2"},
                         "pluginConfigs": {"@elizaos/plugin-openai": {"OPENAI_BASE_URL": "%s"}},
                         "secrets": {"OPENAI_API_KEY": "%s"%s}}
                        """.formatted(
                                bio, database, model.url(), PLANTED, moreSecrets))
                .toString();
    }
}
