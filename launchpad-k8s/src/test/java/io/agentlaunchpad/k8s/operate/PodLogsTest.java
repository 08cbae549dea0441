package io.agentlaunchpad.k8s.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.TestWork;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs from an API server that refuses, and from nodes that write the time of their own zone. */
class PodLogsTest {

    private static final AgentId AGENT = new AgentId("ada");
    private static final LogQuery ALL = new LogQuery(-1, null, false);
    private static final Pattern TAIL = Pattern.compile("tailLines=(\\d+)");
    private static final Pattern SINCE = Pattern.compile("sinceTime=([^&]*)");

    @TempDir
    Path folder;

    /** The log of each pod, as the kubelet wrote it. */
    private final TreeMap<String, List<String>> pods = new TreeMap<>(Map.of("one", List.of()));

    /** The {@link System#nanoTime} of each stream that was asked for. */
    private final List<Long> streams = new CopyOnWriteArrayList<>();

    private volatile int listStatus = 200;
    private volatile int readStatus = 200;
    /** Pods on nodes that do not answer. */
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    /** Whether each pod has a second container. */
    private volatile boolean sidecars;

    private volatile int streamStatus = 200;
    /** Runs when a stream is asked for. */
    private volatile Runnable asked = () -> {};
    /** Comes with a stream only. */
    private volatile @Nullable String fresh;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "log-server");
        thread.setDaemon(true);
        return thread;
    });
    private HttpServer server;
    private KubernetesClient client;
    private Informers informers;
    private PodLogs logs;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
        Path kubeconfig = Files.writeString(
                folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: logs, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                contexts: [{name: logs, context: {cluster: logs, user: nobody}}]
                """.formatted(server.getAddress().getPort()));
        client = new Connection(kubeconfig, "logs", false).open();
        informers = new Informers(client, "agents");
        logs = new PodLogs(new Api(client), "agents", informers);
    }

    @AfterEach
    void stop() {
        informers.close();
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void whatAStreamBringsIsFollowedOnNodesOfAnyZone() {
        pods.put("one", List.of("2025-09-19T16:56:32.827697838+08:00 first"));
        fresh = "2025-09-19T16:56:32.9+08:00 second";
        TestWork work = TestWork.within(Duration.ofSeconds(20));

        assertThat(followed(ALL, work, "second")).containsExactly("first", "second");
    }

    @Test
    void linesOfSeveralPodsComeInTheOrderOfTimeWhateverTheirNodesCallIt() {
        pods.put("one", List.of("2025-09-19T16:00:00.8+08:00 first", "2025-09-19T16:00:00.81+08:00 second"));
        pods.put("two", List.of("2025-09-19T09:00:00Z third"));

        assertThat(read(ALL)).containsExactly("first", "second", "third");
    }

    @Test
    void whatTheKubeletSaysWithoutATimeStaysWhereItSaidIt() {
        pods.put("one", List.of("2025-09-19T09:00:00Z first", "unable to retrieve container logs"));
        pods.put("two", List.of("2025-09-19T10:00:00Z third"));
        fresh = "2025-09-19T11:00:00Z fourth";

        assertThat(followed(ALL, TestWork.within(Duration.ofSeconds(20)), "fourth"))
                .startsWith("first", "unable to retrieve container logs", "third");
    }

    @Test
    void thatANodeHasCleanedALogAwayIsNotTheLastLineOfIt() {
        pods.put("one", List.of("unable to retrieve container logs for containerd://0123"));
        pods.put("two", List.of("2025-09-19T09:00:00Z last", "unable to retrieve container logs"));

        assertThat(logs.tail("one", 30, true, TestWork.of())).isEmpty();
        assertThat(logs.tail("two", 30, true, TestWork.of())).startsWith("last");
    }

    @Test
    void aFollowBringsNothingOlderThanWasAskedFor() {
        fresh = "2025-09-19T10:00:00Z new";
        LogQuery query = new LogQuery(-1, Instant.parse("2025-09-19T09:00:00Z"), false);
        pods.put("one", List.of("2025-09-19T08:00:00Z old"));

        assertThat(followed(query, TestWork.within(Duration.ofSeconds(20)), "new"))
                .containsExactly("new");
    }

    @Test
    void aFollowWithoutATailBringsOnlyWhatIsNew() {
        fresh = "2025-09-19T10:00:00Z new";
        pods.put("one", List.of("2025-09-19T08:00:00Z old", "2025-09-19T08:00:01Z older than the follow"));

        assertThat(followed(LogQuery.last(0), TestWork.within(Duration.ofSeconds(20)), "new"))
                .containsExactly("new");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 502})
    void aStreamThatIsRefusedIsNotAskedForAgainAtOnce(int status) {
        streamStatus = status;

        followForAMoment();
    }

    @Test
    void aStreamThatEndsAtOnceIsNotAskedForAgainAtOnce() {
        pods.put("one", List.of("2025-09-19T08:00:00Z line"));

        followForAMoment();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aStreamThatOneHasNoRightToEndsTheFollow(int status) {
        streamStatus = status;

        assertThatThrownBy(() -> followed(ALL, TestWork.within(Duration.ofSeconds(20)), "nothing"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("planted " + status)
                .hasMessageContaining("Fix:");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 502})
    void aLogThatIsRefusedIsNotAnEmptyOne(int status) {
        readStatus = status;

        assertThatThrownBy(() -> read(ALL))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("planted " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404})
    void aContainerThatHasNotStartedAndAPodThatIsGoneHaveAnEmptyLog(int status) {
        readStatus = status;

        assertThat(read(ALL)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502})
    void aPodOfADeadNodeHidesNoOthersLog(int status) {
        pods.put("two", List.of("2025-09-19T09:00:00Z first"));
        refused.put("one", status);
        fresh = "2025-09-19T10:00:00Z second";

        assertThat(read(ALL)).containsExactly("first");
        assertThat(followed(ALL, TestWork.within(Duration.ofSeconds(20)), "second"))
                .containsExactly("first", "second");
    }

    @Test
    void aFollowBeginsAlsoWhereNoPodsLogIsToldYet() {
        refused.put("one", 502);
        asked = refused::clear;
        fresh = "2025-09-19T10:00:00Z late";

        assertThat(followed(ALL, TestWork.within(Duration.ofSeconds(20)), "late"))
                .containsExactly("late");
    }

    @ParameterizedTest
    @CsvSource({"0, new", "1, old 2;new", "-1, old 1;old 2;new"})
    void ofAPodWhoseNodeAnswersLaterAFollowBringsNoMoreThanItsTail(int tail, String expected) {
        pods.put("one", List.of("2025-09-19T08:00:00Z old 1", "2025-09-19T08:00:01Z old 2"));
        refused.put("one", 502);
        asked = refused::clear;
        fresh = "2025-09-19T10:00:00Z new";

        assertThat(followed(LogQuery.last(tail), TestWork.within(Duration.ofSeconds(20)), "new"))
                .containsExactly(expected.split(";"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aLogThatOneHasNoRightToIsToldThoughAnotherIsThere(int status) {
        pods.put("two", List.of("2025-09-19T09:00:00Z line"));
        refused.put("one", status);

        assertThatThrownBy(() -> read(ALL))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("planted " + status);
    }

    @Test
    void theAgentsLogIsReadAndFollowedAlsoBesideASidecar() {
        sidecars = true;
        pods.put("one", List.of("2025-09-19T09:00:00Z first"));
        fresh = "2025-09-19T10:00:00Z second";

        assertThat(followed(ALL, TestWork.within(Duration.ofSeconds(20)), "second"))
                .containsExactly("first", "second");
    }

    @Test
    void podsThatOneMayNotListAreNoEmptyLog() {
        listStatus = 403;

        assertThatThrownBy(() -> read(ALL)).isInstanceOf(DeployException.class).hasMessageContaining("planted 403");
    }

    @Test
    void whatTheReaderThrowsEndsTheFollow() {
        IllegalStateException gone = new IllegalStateException("nobody reads");
        fresh = "2025-09-19T09:00:00Z second\n2025-09-19T09:00:01Z third";
        List<String> heard = new ArrayList<>();

        assertThatThrownBy(() -> logs.read(
                        AGENT,
                        ALL.following(),
                        line -> {
                            heard.add(line);
                            throw gone;
                        },
                        TestWork.within(Duration.ofSeconds(20))))
                .isSameAs(gone);

        assertThat(heard).containsExactly("second");
        assertThat(streams).hasSize(1);
    }

    private List<String> read(LogQuery query) {
        List<String> lines = new ArrayList<>();
        logs.read(AGENT, query, lines::add, TestWork.of());
        return lines;
    }

    /**
     * Ends half a second after the first stream was asked for: no other is asked for meanwhile. Where the end comes late, each has
     * two seconds of its own.
     */
    private void followForAMoment() {
        long begun = System.nanoTime();
        TestWork work = TestWork.of();
        asked = () ->
                CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS).execute(work::cancel);
        followed(ALL, work, "nothing");
        assertThat(streams).isNotEmpty();
        for (int i = 1; i < streams.size(); i++) {
            assertThat(Duration.ofNanos(streams.get(i) - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(2L * i));
        }
    }

    /** What a follow brings until that line, or until its time is over. */
    private List<String> followed(LogQuery query, TestWork work, String last) {
        List<String> lines = new ArrayList<>();
        logs.read(
                AGENT,
                query.following(),
                line -> {
                    lines.add(line);
                    if (line.equals(last)) {
                        work.cancel();
                    }
                },
                work);
        return lines;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        if (path.endsWith("/log")) {
            log(exchange, path.split("/")[6], query);
        } else if (query.contains("watch=true")) {
            // Nothing ever changes.
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
        } else if (path.endsWith("/pods")) {
            boolean ofInformers = query.contains("resourceVersion");
            send(
                    exchange,
                    ofInformers ? 200 : listStatus,
                    list(pods.keySet().stream()
                            .map(name -> "{\"metadata\":{\"name\":\"" + name
                                    + "\",\"namespace\":\"agents\",\"labels\":{"
                                    + "\"agentlaunchpad.io/agent\":\"ada\"}},\"spec\":{\"containers\":[]},\"status\":{"
                                    + "\"containerStatuses\":[{\"name\":\"agent\",\"state\":{\"running\":{}}}]}}")
                            .collect(Collectors.joining(","))));
        } else {
            send(exchange, 200, list(""));
        }
    }

    /** As the real one: a plus sign of a query is a space, and a time with a space is none. */
    private void log(HttpExchange exchange, String pod, String query) throws IOException {
        boolean follows = query.contains("follow=true");
        if (follows) {
            streams.add(System.nanoTime());
            asked.run();
        }
        int status = refused.getOrDefault(pod, follows ? streamStatus : readStatus);
        if (status != 200 || (sidecars && !query.contains("container=agent"))) {
            send(exchange, status == 200 ? 400 : status, "");
            return;
        }
        Matcher since = SINCE.matcher(query);
        Instant from = Instant.MIN;
        if (since.find()) {
            try {
                from = OffsetDateTime.parse(URLDecoder.decode(since.group(1), StandardCharsets.UTF_8))
                        .toInstant();
            } catch (DateTimeException e) {
                send(exchange, 400, "");
                return;
            }
        }
        List<String> lines = new ArrayList<>(pods.getOrDefault(pod, List.of()));
        Instant first = from;
        lines.removeIf(line -> line.startsWith("2") && time(line).isBefore(first));
        Matcher tail = TAIL.matcher(query);
        if (tail.find()) {
            lines.subList(0, Math.max(0, lines.size() - Integer.parseInt(tail.group(1))))
                    .clear();
        }
        if (follows && fresh != null && pod.equals(pods.lastKey())) {
            lines.add(fresh);
        }
        send(exchange, 200, lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }

    private static Instant time(String line) {
        return OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant();
    }

    private static String list(String items) {
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" + items
                + "]}";
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        String body = status == 200 ? text : "{\"kind\":\"Status\",\"message\":\"planted " + status + "\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
