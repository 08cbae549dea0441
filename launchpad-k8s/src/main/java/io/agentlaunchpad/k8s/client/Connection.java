package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.error.WiringException;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
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
        return open(config());
    }

    static KubernetesClient open(Config config) {
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
            return ownAccount(Path.of(ACCOUNT), System::getenv);
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
                return withTokenFile(Config.fromKubeconfig(wanted, file.toFile()), file);
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

    /** A user's {@code tokenFile}, which counts before its token, as with kubectl; the client beneath knows none. */
    private static Config withTokenFile(Config config, Path kubeconfig) {
        String user = config.getCurrentContext().getContext().getUser();
        for (NamedAuthInfo each :
                KubeConfigUtils.parseConfig(kubeconfig.toFile()).getUsers()) {
            String file = each.getUser() == null ? null : each.getUser().getTokenFile();
            if (each.getName().equals(user) && file != null && !file.isBlank()) {
                config.setOauthTokenProvider(tokenIn(kubeconfig.resolveSibling(file)));
            }
        }
        return config;
    }

    /**
     * The account that a pod is given.
     *
     * @param folder where it is mounted
     * @param variables of the environment
     */
    static Config ownAccount(Path folder, UnaryOperator<@Nullable String> variables) {
        String host = variables.apply("KUBERNETES_SERVICE_HOST");
        String port = variables.apply("KUBERNETES_SERVICE_PORT");
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
        config.setOauthTokenProvider(tokenIn(token));
        config.setNamespace(read(folder.resolve("namespace")));
        return config;
    }

    /** Read for every request, because it is renewed while we run; while it cannot be read, the last one counts. */
    private static OAuthTokenProvider tokenIn(Path file) {
        AtomicReference<String> last = new AtomicReference<>("");
        return () -> {
            String now = read(file);
            return now == null || now.isEmpty() ? last.get() : last.updateAndGet(old -> now);
        };
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
