package io.agentlaunchpad.k8s.preflight;

import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.testbed.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Somebody who uses a cluster: its administrator, or an account with these rights and no others. */
public final class Account implements AutoCloseable {

    private static final Path RBAC = Path.of("../docs/rbac.yaml");

    private final KubernetesClient client;
    private final String name;

    private Account(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    static Account admin(Cluster cluster) {
        return new Account(new Connection(cluster.kubeconfig(), cluster.context(), false).open(), "admin");
    }

    /** May do nothing but what every account may. */
    static Account nobody(Cluster cluster) {
        cluster.kubectl("create", "serviceaccount", "launchpad");
        return bearing(cluster, cluster.kubectl("create", "token", "launchpad"));
    }

    static Account bearing(Cluster cluster, String token) {
        Config admin =
                Config.fromKubeconfig(cluster.context(), cluster.kubeconfig().toFile());
        Config config = Config.empty();
        config.setMasterUrl(admin.getMasterUrl());
        config.setCaCertFile(admin.getCaCertFile());
        config.setCaCertData(admin.getCaCertData());
        config.setOauthToken(token);
        config.setRequestRetryBackoffLimit(0);
        config.setMaxConcurrentRequestsPerHost(16);
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        return new Account(client, "system:serviceaccount:" + cluster.namespace() + ":launchpad");
    }

    /** Has what the first three documents of {@code docs/rbac.yaml} grant. */
    static Account leastRights(Cluster cluster) {
        return leastRights(cluster, "", "");
    }

    /** The same, with a text of the file replaced. */
    static Account leastRights(Cluster cluster, String text, String replacement) {
        List<String> documents = documents(cluster).subList(0, 3);
        String yaml = String.join("\n---\n", documents);
        if (!yaml.contains(text)) {
            throw new IllegalArgumentException(RBAC + " does not hold " + text);
        }
        cluster.apply(text.isEmpty() ? yaml : yaml.replace(text, replacement));
        return bearing(cluster, cluster.kubectl("create", "token", "launchpad"));
    }

    /** A kubeconfig for an account with the least rights, in a context called {@code least}. */
    public static Path leastKubeconfig(Cluster cluster, Path folder) {
        try (Account account = leastRights(cluster)) {
            Config config = account.client.getConfiguration();
            String ca = config.getCaCertData() == null
                    ? "certificate-authority: " + config.getCaCertFile()
                    : "certificate-authority-data: " + config.getCaCertData();
            Path file = folder.resolve("least.yaml");
            Files.writeString(file, """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: it, cluster: {server: "%s", %s}}]
                    users: [{name: launchpad, user: {token: "%s"}}]
                    contexts: [{name: least, context: {cluster: it, user: launchpad}}]
                    """.formatted(config.getMasterUrl(), ca, config.getOauthToken()));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> documents(Cluster cluster) {
        try {
            String yaml = Files.readString(RBAC).replace("namespace: agents", "namespace: " + cluster.namespace());
            return Arrays.asList(yaml.split("\n---\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    Api api() {
        return new Api(client);
    }

    @Override
    public void close() {
        client.close();
    }
}
