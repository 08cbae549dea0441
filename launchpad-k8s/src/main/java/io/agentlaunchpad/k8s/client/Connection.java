package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.error.WiringException;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster, and as whom. Nothing but this decides it: no system property and no variable but KUBECONFIG.
 *
 * @param kubeconfig the file, or null for those of KUBECONFIG, else {@code ~/.kube/config}
 * @param context of that file, or null for its current one
 * @param inCluster by the pod's own service account instead
 */
public record Connection(
        @Nullable Path kubeconfig, @Nullable String context, boolean inCluster) {

    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final int CONNECT_MILLIS = 5_000;
    private static final int AT_ONCE = 256;

    /** A client of it. Makes no request. */
    public KubernetesClient open() {
        Config config = config();
        // Repeating is ours: it asks the fence and hears a cancel before each attempt.
        config.setRequestRetryBackoffLimit(0);
        KeyKind.of(config).ifPresent(config::setClientKeyAlgo);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(0);
        // All agents of a cluster share one connection pool.
        config.setMaxConcurrentRequests(AT_ONCE);
        config.setMaxConcurrentRequestsPerHost(AT_ONCE);
        config.setWatchReconnectInterval(500);
        config.setWatchReconnectLimit(-1);
        config.setUserAgent("launchpad");
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new Once())
                .build();
    }

    /** The namespace that the connection names, or {@code default}. */
    public String namespace() {
        String named = config().getNamespace();
        return named == null || named.isBlank() ? "default" : named;
    }

    /** The context's name, or nothing for the cluster that this process runs in. */
    public String contextName() {
        if (inCluster) {
            return "";
        }
        NamedContext current = config().getCurrentContext();
        return current == null ? String.valueOf(context) : current.getName();
    }

    private Config config() {
        if (inCluster) {
            return ownAccount(Path.of(ACCOUNT));
        }
        List<String> known = new ArrayList<>();
        List<Path> files = files();
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                continue;
            }
            Config current = Config.fromKubeconfig(file.toFile());
            String wanted = context == null && current.getCurrentContext() != null
                    ? current.getCurrentContext().getName()
                    : context;
            List<String> names = current.getContexts() == null
                    ? List.of()
                    : current.getContexts().stream()
                            .map(named -> named.getName())
                            .toList();
            if (wanted != null && names.contains(wanted)) {
                return Config.fromKubeconfig(wanted, file.toFile());
            }
            known.addAll(names);
        }
        throw new WiringException(
                "CONTEXT_UNKNOWN",
                (context == null ? "No kubeconfig has a current context" : "No kubeconfig has a context " + context)
                        + "; looked at " + files + ", which has " + known + ".",
                known.isEmpty()
                        ? "let the variable KUBECONFIG or KubernetesPlatform.kubeconfig name a file with a context."
                        : "name one of them, or the file (KubernetesPlatform.kubeconfig, variable KUBECONFIG).",
                null);
    }

    private List<Path> files() {
        if (kubeconfig != null) {
            return List.of(kubeconfig);
        }
        String named = System.getenv("KUBECONFIG");
        if (named == null || named.isBlank()) {
            return List.of(Path.of(System.getProperty("user.home", ""), ".kube", "config"));
        }
        return List.of(named.split(File.pathSeparator)).stream().map(Path::of).toList();
    }

    private static Config ownAccount(Path folder) {
        String host = System.getenv("KUBERNETES_SERVICE_HOST");
        String port = System.getenv("KUBERNETES_SERVICE_PORT");
        Path token = folder.resolve("token");
        if (host == null || port == null || !Files.isReadable(token)) {
            throw new WiringException(
                    "NOT_IN_CLUSTER",
                    "This process does not run in a pod with a service account: " + token + " cannot be read.",
                    "name a context (KubernetesPlatform.context) outside a cluster.",
                    null);
        }
        Config config = Config.empty();
        config.setMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        config.setCaCertFile(folder.resolve("ca.crt").toString());
        // Read again and again: the kubelet renews it.
        config.setOauthTokenProvider(() -> Objects.requireNonNullElse(read(token), ""));
        config.setNamespace(read(folder.resolve("namespace")));
        return config;
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (java.io.IOException e) {
            return null;
        }
    }

    /** Sends nothing twice by itself: a message to an agent whose answer was lost may have been heard. */
    private static final class Once extends OkHttpClientFactory {
        @Override
        protected void additionalConfig(OkHttpClient.Builder builder) {
            builder.retryOnConnectionFailure(false);
        }
    }
}
