package io.agentlaunchpad.k8s.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.k8s.operate.DriftWatch;
import io.agentlaunchpad.spi.TestWork;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API server that has just been started again, as the chaos harness met one. */
class StartingServerTest {

    private static final String APIS = "{\"groups\":[{\"name\":\"apps\",\"versions\":[{\"groupVersion\":\"apps/v1\"}]},"
            + "{\"name\":\"networking.k8s.io\",\"versions\":[{\"groupVersion\":\"networking.k8s.io/v1\"}]}]}";

    private static final String EMPTY = "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

    @TempDir
    Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final Set<String> listed = ConcurrentHashMap.newKeySet();
    /** From which question on it is ready; before that it knows no groups, and lists nothing. */
    private volatile int readyFrom = 2;

    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "starting-server");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        Path kubeconfig = Files.writeString(
                folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: starting, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                contexts: [{name: starting, context: {cluster: starting, user: nobody}}]
                current-context: starting
                """.formatted(server.getAddress().getPort()));
        client = new Connection(kubeconfig, "starting", false).open();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void is_waited_for_before_it_is_taken_for_something_else() {
        assertThat(FactFinder.find(new Api(client), TestWork.of()).version()).isEqualTo("1.34.4");
        assertThat(asked).as("asked whether it is ready until it was").hasValue(2);
    }

    @Test
    void is_refused_where_it_is_ready_and_still_offers_nothing() {
        readyFrom = Integer.MAX_VALUE;

        assertThatThrownBy(() -> FactFinder.find(new Api(client), TestWork.within(Duration.ofSeconds(20))))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("does not offer apps/v1 and networking.k8s.io/v1");
    }

    @Test
    void is_watched_for_drift_once_it_is_there() {
        ScheduledExecutorService inTurn = Executors.newSingleThreadScheduledExecutor();
        readyFrom = 1;
        try {
            DriftWatch watch = new DriftWatch(client, "agents", drift -> {}, inTurn);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> listed.contains("503 /apis/apps/v1/namespaces/agents/deployments"));
            asked.set(1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> listed.contains("200 /apis/apps/v1/namespaces/agents/deployments"));
            watch.close();
        } finally {
            inTurn.shutdownNow();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean ready = asked.get() >= readyFrom;
        switch (path) {
            case "/version" -> send(exchange, 200, "{\"gitVersion\":\"v1.34.4\"}");
            case "/apis" -> send(exchange, 200, ready ? APIS : "{\"groups\":[]}");
            case "/readyz" -> {
                boolean now = asked.incrementAndGet() >= readyFrom || readyFrom == Integer.MAX_VALUE;
                send(
                        exchange,
                        now ? 200 : 500,
                        now ? "ok" : "[-]poststarthook/apiservice-registration-controller failed");
            }
            default -> {
                int status = !path.contains("/agents/") ? 404 : ready ? 200 : 503;
                boolean watched =
                        String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true");
                if (!watched) {
                    listed.add(status + " " + path);
                }
                send(exchange, status, status == 200 && !watched ? EMPTY : "{}");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
