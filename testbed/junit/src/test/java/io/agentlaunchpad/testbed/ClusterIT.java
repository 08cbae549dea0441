package io.agentlaunchpad.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealCluster
@RealRegistry
class ClusterIT {

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: web
                      image: %s
                      command: [node, -e, "require('http').createServer((q, r) => r.end('here')).listen(8080)"]
                      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
            """;

    /** Without its ServiceAccount, which a controller makes, a new namespace takes no pod. */
    @BeforeEach
    void awaitTheServiceAccount(Cluster cluster) {
        Pods.until(
                "the namespace has its ServiceAccount",
                Duration.ofSeconds(120),
                () -> !cluster.kubectl("get", "serviceaccount", "default", "--ignore-not-found")
                        .isEmpty());
    }

    @Test
    void a_deployment_with_an_http_probe_gets_ready_and_is_reached_by_name(Cluster cluster, Registry registry) {
        cluster.apply(WEB.formatted(registry.baseImage()));
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=90s");

        assertThat(cluster.kubectl("get", "deployment", "web", "--output", "jsonpath={.status.readyReplicas}"))
                .isEqualTo("1");
        cluster.apply(Pods.running("caller", registry.baseImage(), """
                // A service answers a moment after its pod is ready: the node's rules follow.
                const end = Date.now() + 30_000;
                const web = () => fetch('http://web').catch((error) => {
                  if (Date.now() > end) throw error;
                  return new Promise((retry) => setTimeout(retry, 250)).then(web);
                });
                console.log(await (await web()).text());
                await fetch('http://outside.example').catch((error) => console.log(error.cause.code));
                """, "", ""));
        assertThat(Pods.outputOf(cluster, "caller")).isEqualTo("here\nENOTFOUND");
    }

    @Test
    void a_rollout_to_a_tag_that_does_not_exist_reports_ImagePullBackOff_and_can_be_undone(
            Cluster cluster, Registry registry) {
        cluster.apply(WEB.formatted(registry.baseImage()));
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=90s");
        cluster.kubectl("set", "image", "deployment/web", "web=" + registry.repository() + "/nothing:1");

        AtomicReference<String> reasons = new AtomicReference<>("");
        Pods.until("a pod waits with ImagePullBackOff", Duration.ofSeconds(90), () -> {
            reasons.set(cluster.kubectl(
                    "get",
                    "pods",
                    "--output",
                    "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}"));
            return reasons.get().contains("ImagePullBackOff");
        });
        assertThat(cluster.kubectl("get", "deployment", "web", "--output", "jsonpath={.status.readyReplicas}"))
                .as("the old pod goes on serving")
                .isEqualTo("1");

        cluster.kubectl("rollout", "undo", "deployment/web");
        cluster.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    }

    @Test
    void a_restricted_namespace_refuses_a_careless_pod_and_runs_a_careful_one(Cluster cluster, Registry registry) {
        cluster.enforce("restricted");

        assertThatThrownBy(
                        () -> cluster.apply(Pods.running("careless", registry.baseImage(), "console.log(1)", "", "")))
                .hasMessageContaining("violates PodSecurity \"restricted:latest\"");
        cluster.apply(
                Pods.running("careful", registry.baseImage(), "console.log(process.getuid())", Pods.RESTRICTED, ""));
        assertThat(Pods.outputOf(cluster, "careful")).isEqualTo("65532");
    }

    @Test
    @RealTlsRegistry
    void images_come_from_the_registry_with_TLS_only_with_the_password(Cluster cluster, TlsRegistry tls) {
        cluster.apply(Pods.running("stranger", tls.baseImage(), "console.log('never')", "imagePullPolicy: Always", ""));
        cluster.kubectl(
                "create",
                "secret",
                "docker-registry",
                "login",
                "--docker-server=" + tls.host(),
                "--docker-username=" + tls.username(),
                "--docker-password=" + tls.password());
        cluster.apply(Pods.running(
                "friend",
                tls.baseImage(),
                "console.log('pulled')",
                "imagePullPolicy: Always",
                "imagePullSecrets: [{name: login}]"));

        assertThat(Pods.outputOf(cluster, "friend")).isEqualTo("pulled");
        Pods.until(
                "the pod without a secret may not pull",
                Duration.ofSeconds(60),
                () -> cluster.kubectl(
                                "get",
                                "pod",
                                "stranger",
                                "--output",
                                "jsonpath={.status.containerStatuses[*].state.waiting.reason}")
                        .matches("ErrImagePull|ImagePullBackOff"));
    }

    @Test
    void a_claim_of_the_default_class_is_bound_written_by_user_65532_and_keeps_what_was_written(
            Cluster cluster, Registry registry) {
        cluster.apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
                """);
        String container = Pods.RESTRICTED + "volumeMounts: [{name: data, mountPath: /data}]\n";
        String pod = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]";

        cluster.apply(Pods.running(
                "writer",
                registry.baseImage(),
                "import {writeFileSync} from 'node:fs'; writeFileSync('/data/note', 'from ' + process.getuid());",
                container,
                pod));
        Pods.outputOf(cluster, "writer");
        cluster.apply(Pods.running(
                "reader",
                registry.baseImage(),
                "import {readFileSync} from 'node:fs'; console.log(readFileSync('/data/note', 'utf8'));",
                container,
                pod));

        assertThat(Pods.outputOf(cluster, "reader")).isEqualTo("from 65532");
        assertThat(cluster.kubectl("get", "pvc", "data", "--output", "jsonpath={.status.phase}"))
                .isEqualTo("Bound");
    }

    @Test
    @RealPostgres
    void a_pod_creates_the_vector_extension_in_PostgreSQL(Cluster cluster, Registry registry, Postgres postgres) {
        String url = postgres.uriFromPods().orElseThrow();
        cluster.apply(Pods.running(
                "client",
                registry.baseImage(),
                Pods.resource("create-vector.mjs"),
                "env: [{name: POSTGRES_URL, value: \"" + url + "\"}]",
                ""));

        assertThat(Pods.outputOf(cluster, "client")).isEqualTo("distance 3");
    }

    @Test
    @RealModel
    void a_pod_reaches_the_stand_in_model(Cluster cluster, Registry registry, Model model) {
        cluster.apply(Pods.running(
                "asker",
                registry.baseImage(),
                "const answer = await fetch('" + model.url()
                        + "/models'); console.log(answer.status, (await answer.json()).data.length > 0);",
                "",
                ""));

        assertThat(Pods.outputOf(cluster, "asker")).isEqualTo("200 true");
    }

    @Test
    void the_namespace_is_gone_when_its_test_is_over(Cluster mine) {
        Cluster other = Cluster.open(
                new Settings(name -> switch (name) {
                    case "KUBECONFIG" -> Optional.of(mine.kubeconfig().toString());
                    default -> Optional.of(mine.context());
                }),
                TestbedExtension.nameFor(Path.class));
        other.close();

        Pods.until(
                "the namespace is gone",
                Duration.ofSeconds(60),
                () -> mine.kubectl("get", "namespace", other.namespace(), "--ignore-not-found")
                        .isEmpty());
    }
}
