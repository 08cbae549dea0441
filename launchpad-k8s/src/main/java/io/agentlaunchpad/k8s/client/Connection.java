package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.error.WiringException;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster, and as whom. Nothing but this decides it: no system property and no variable but KUBECONFIG.
 *
 * @param kubeconfig the file, or null for those of KUBECONFIG, else {@code ~/.kube/config}
 * @param context of that file, or null for its current one
 * @param inCluster by the pod's own service account instead
 */
public record Connection(
        @Nullable Path kubeconfig, @Nullable String context, boolean inCluster) {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
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
        return inCluster ? "" : config().getCurrentContext().getName();
    }

    private Config config() {
        if (inCluster) {
            return ownAccount(Path.of(ACCOUNT), System::getenv);
        }
        return config(files());
    }

    /** What the files say together, as kubectl reads them: what the first of them says of a name counts. */
    Config config(List<Path> files) {
        var read = files.stream()
                .filter(file -> !file.toString().isEmpty() && Files.isReadable(file))
                .flatMap(Connection::parsed)
                .toList();
        String wanted = context != null
                ? context
                : read.stream()
                        .map(each -> each.getCurrentContext())
                        .filter(name -> name != null && !name.isEmpty())
                        .findFirst()
                        .orElse(null);
        List<String> known = read.stream()
                .flatMap(each -> all(each.getContexts()))
                .filter(each -> each.getContext() != null)
                .map(each -> each.getName())
                .distinct()
                .toList();
        if (wanted != null && known.contains(wanted)) {
            // The cluster stays the one that was chosen, whatever is the current context by then.
            Config config = new Merged(() -> new Connection(kubeconfig, wanted, inCluster).config(files));
            KubeConfigUtils.merge(config, wanted, read.toArray(io.fabric8.kubernetes.api.model.Config[]::new));
            return withTokenFile(config, read.stream().flatMap(each -> all(each.getUsers())));
        }
        throw new WiringException(
                "CONTEXT_UNKNOWN",
                (wanted == null ? "No kubeconfig has a current context" : "No kubeconfig has a context " + wanted)
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
    private static Config withTokenFile(Config config, Stream<NamedAuthInfo> users) {
        String name = config.getCurrentContext().getContext().getUser();
        users.filter(user -> user.getName().equals(name) && user.getUser() != null)
                .findFirst()
                .map(user -> user.getUser().getTokenFile())
                .filter(file -> !file.isBlank())
                .ifPresent(file -> config.setOauthTokenProvider(
                        tokenIn(config.getFileWithAuthInfo().toPath().resolveSibling(file))));
        return config;
    }

    /** What a file says; one that is empty says nothing, as with kubectl. A parser's words may be a line with a secret. */
    private static Stream<io.fabric8.kubernetes.api.model.Config> parsed(Path file) {
        String reason = "it is no YAML of a kubeconfig";
        try {
            return KubeConfigUtils.parseConfigFromString(Files.readString(file)) == null
                    ? Stream.of()
                    : Stream.of(KubeConfigUtils.parseConfig(file.toFile()));
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            LOG.trace("{} cannot be read: {}", file, e.getClass().getSimpleName());
        }
        throw new WiringException(
                "KUBECONFIG_UNREADABLE",
                "The kubeconfig " + file + " cannot be read: " + reason + ".",
                "correct it, or name other files (KubernetesPlatform.kubeconfig, variable KUBECONFIG).",
                null);
    }

    private static <T> Stream<T> all(@Nullable List<T> named) {
        return named == null ? Stream.of() : named.stream();
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
        } catch (IOException e) {
            return null;
        }
    }

    /** When a token has run out the client beneath reads again, of itself only the file that the context stands in. */
    private static final class Merged extends Config {

        private final Supplier<Config> again;

        Merged(Supplier<Config> again) {
            super(false);
            this.again = again;
        }

        @Override
        public Config refresh() {
            try {
                return again.get();
            } catch (RuntimeException e) {
                LOG.debug("While the kubeconfig cannot be read, what it said last counts: {}", e.getMessage());
                return this;
            }
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
