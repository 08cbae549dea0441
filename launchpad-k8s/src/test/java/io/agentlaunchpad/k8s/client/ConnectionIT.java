package io.agentlaunchpad.k8s.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.testbed.Cluster;
import io.agentlaunchpad.testbed.RealCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins whose token stands in a file that somebody renews, at a real API server; and kubeconfigs beside the real kubectl. */
@RealCluster
class ConnectionIT {

    private static Cluster cluster;
    private static Config admin;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeAccount(Cluster own) {
        cluster = own;
        admin = Config.fromKubeconfig(cluster.context(), cluster.kubeconfig().toFile());
        cluster.kubectl("create", "serviceaccount", "reader");
        cluster.kubectl(
                "create",
                "rolebinding",
                "reader",
                "--clusterrole=view",
                "--serviceaccount=" + cluster.namespace() + ":reader");
    }

    @Test
    void a_kubeconfigs_token_file_is_read_again_when_it_is_renewed() throws IOException {
        Path kubeconfig = folder.resolve("config");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: it, cluster: {server: "%s", certificate-authority: ca.crt}}]
                users: [{name: reader, user: {token: stands-behind-the-file, tokenFile: token}}]
                contexts: [{name: reader, context: {cluster: it, user: reader}}]
                """.formatted(admin.getMasterUrl()));
        writeAuthority();

        try (KubernetesClient client = login(new Connection(kubeconfig, "reader", false))) {
            renewed(client);
        }
    }

    @Test
    void a_pods_own_account_is_read_again_when_the_kubelet_renews_it() throws IOException {
        URI server = URI.create(admin.getMasterUrl());
        writeAuthority();
        Files.writeString(folder.resolve("token"), "not renewed in time");
        Files.writeString(folder.resolve("namespace"), cluster.namespace());
        Map<String, String> variables = Map.of(
                "KUBERNETES_SERVICE_HOST",
                server.getHost(),
                "KUBERNETES_SERVICE_PORT",
                String.valueOf(server.getPort()));

        Config account = Connection.ownAccount(folder, variables::get);

        assertThat(account.getNamespace()).isEqualTo(cluster.namespace());
        try (KubernetesClient client = Connection.open(account)) {
            renewed(client);
        }
    }

    @Test
    void several_kubeconfigs_are_the_cluster_that_kubectl_takes_them_for() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), """
                apiVersion: v1
                kind: Config
                current-context: prod
                clusters: [{name: shared, cluster: {server: "https://first"}}]
                users: [{name: me, user: {token: of-first}}]
                """);
        Path second = Files.writeString(folder.resolve("second"), """
                apiVersion: v1
                kind: Config
                current-context: staging
                clusters: [{name: shared, cluster: {server: "https://second"}}]
                users: [{name: me, user: {token: of-second}}]
                contexts:
                  - {name: staging, context: {cluster: none, user: none}}
                  - {name: prod, context: {cluster: shared, user: me, namespace: agents}}
                """);
        ProcessBuilder kubectl = new ProcessBuilder(
                "kubectl",
                "config",
                "view",
                "--minify",
                "--raw",
                "-o",
                "jsonpath={.current-context} {.clusters[0].cluster.server} {.users[0].user.token}");
        kubectl.environment()
                .put("KUBECONFIG", String.join(File.pathSeparator, "", first.toString(), second.toString()));
        String theirs = new String(kubectl.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        Config ours = new Connection(null, null, false).config(List.of(Path.of(""), first, second));

        assertThat(ours.getCurrentContext().getName() + " "
                        + ours.getMasterUrl().replaceFirst("/$", "") + " " + ours.getAutoOAuthToken())
                .isEqualTo(theirs)
                .isEqualTo("prod https://first of-first");
    }

    private KubernetesClient login(Connection connection) throws IOException {
        Files.writeString(folder.resolve("token"), "not renewed in time");
        return connection.open();
    }

    private void renewed(KubernetesClient client) throws IOException {
        assertThat(status(client)).isEqualTo(401);
        Files.writeString(folder.resolve("token"), cluster.kubectl("create", "token", "reader") + "\n");
        assertThat(status(client)).isEqualTo(200);
        Files.delete(folder.resolve("token"));
        assertThat(status(client)).as("while the file is being replaced").isEqualTo(200);
    }

    private static int status(KubernetesClient client) {
        Call list = Call.get(Paths.of(cluster.namespace(), "v1", "Pod"));
        return new Api(client).once(list, Errand.within(Duration.ofSeconds(20))).status();
    }

    private void writeAuthority() throws IOException {
        byte[] authority = admin.getCaCertData() == null
                ? Files.readAllBytes(Path.of(admin.getCaCertFile()))
                : Base64.getDecoder().decode(admin.getCaCertData());
        Files.write(folder.resolve("ca.crt"), authority);
    }
}
