package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.WorkContext;
import io.agentlaunchpad.spring.security.Role;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** What can be asked of an agent that runs; its platform is in memory. */
@Timeout(120)
class DeployedAgentTest {

    private static final String BILL = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}";
    private static final AtomicInteger OWNERS = new AtomicInteger();
    private static TestServer server;

    private String key;
    private String agent;

    @BeforeAll
    static void start(@TempDir Path home) {
        server = TestServer.start(home, App.class, "launchpad.workers=1", "launchpad.web.streams.heartbeat=1s");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void anAgentThatRuns() {
        key = server.key("runner-" + OWNERS.incrementAndGet(), Role.USER, null);
        agent = launch();
    }

    private String launch() {
        String id =
                server.call("POST", "/agents", key, ADA).json().path("agentId").asString();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.call("GET", "/agents/" + id, key, null)
                                .json()
                                .path("status")
                                .asString())
                        .isEqualTo("DEPLOYED"));
        return id;
    }

    @Test
    void a_scan_is_a_report_of_every_scanner_and_what_the_policy_says() {
        TestServer.Answer answer = server.call("POST", "/agents/" + agent + "/scan", key, null);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode scan = answer.json();
        assertThat(scan.path("passes").asBoolean()).isTrue();
        assertThat(scan.path("artifact").asString()).startsWith("registry.example/agents/ada@sha256:");
        assertThat(scan.path("reports")).hasSize(2);
        JsonNode finding = scan.path("reports").get(1).path("findings").get(0);
        assertThat(finding.path("id").asString()).isEqualTo("CVE-2026-1");
        assertThat(finding.path("severity").asString()).isEqualTo("LOW");
        assertThat(finding.path("layer").asString()).isEqualTo("BASE");
    }

    @Test
    void the_bill_of_materials_comes_as_it_is() {
        TestServer.Answer answer = server.call("GET", "/agents/" + agent + "/sbom", key, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("application/vnd.cyclonedx+json");
        assertThat(answer.text()).isEqualTo(BILL);
        assertThat(server.call("GET", "/agents/" + agent + "/sbom", key, null, "Accept", "application/json")
                        .type())
                .isEqualTo("application/json");
    }

    @Test
    void an_artifact_without_a_bill_is_told_of_in_our_words() {
        App.bill = Optional.empty();
        try {
            TestServer.Answer answer = server.call("GET", "/agents/" + agent + "/sbom", key, null);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("SBOM_NOT_AVAILABLE");
            assertThat(answer.json().path("fix").asString()).contains("launchpad.artifacts.pushing-to");
        } finally {
            App.bill = Optional.of(BILL);
        }
    }

    @Test
    void figures_are_the_agents_own_where_it_tells_them() {
        JsonNode metrics =
                server.call("GET", "/agents/" + agent + "/metrics", key, null).json();
        assertThat(metrics.path("traffic").path("requests").asLong()).isEqualTo(7);
        assertThat(metrics.path("traffic").path("messagesReceived").asLong()).isEqualTo(3);
        assertThat(metrics.path("traffic").path("messagesSent").asLong()).isEqualTo(2);
        assertThat(metrics.path("traffic").path("messageErrors").asLong()).isZero();
        assertThat(metrics.path("traffic").path("since").asString()).startsWith("2025-");
    }

    @Test
    void a_reply_is_json_or_words_as_they_come_for_those_who_ask_for_a_stream() throws Exception {
        String path = "/agents/" + agent + "/messages";
        TestServer.Answer json = server.call("POST", path, key, "{\"text\":\"Hello\"}");
        assertThat(json.type()).isEqualTo("application/json");
        assertThat(json.json().path("text").asString()).isEqualTo("Hello yourself");
        assertThat(server.call(
                                "POST",
                                path,
                                key,
                                "{\"text\":\"Hello\"}",
                                "Accept",
                                "application/json, text/event-stream")
                        .type())
                .isEqualTo("application/json");

        CountDownLatch heard = new CountDownLatch(1);
        App.PLATFORM.whileSpeaking(() -> await().atMost(Duration.ofSeconds(30)).until(() -> heard.getCount() == 0));
        List<String> lines = stream(path, "{\"text\":\"Hello\"}", line -> {
            if (line.equals("data:{\"text\":\"Hello\"}")) {
                // The rest is not said before.
                heard.countDown();
            }
        });
        assertThat(lines)
                .containsSubsequence(
                        ":asked",
                        "event:chunk",
                        "data:{\"text\":\"Hello\"}",
                        "event:chunk",
                        "data:{\"text\":\" yourself\"}",
                        "event:reply",
                        "data:{\"text\":\"Hello yourself\"}");
    }

    @Test
    void why_there_is_no_reply_is_an_event_too() throws Exception {
        App.silent = true;
        try {
            List<String> lines =
                    stream("/agents/" + agent + "/messages", "{\"text\":\"Hello\",\"user\":\"deaf\"}", line -> {});
            assertThat(lines).contains("event:problem");
            assertThat(String.join("\n", lines)).contains("\"code\":\"NO_REPLY\"", "\"status\":502");
        } finally {
            App.silent = false;
        }
        TestServer.Answer refused =
                server.call("POST", "/agents/" + agent + "/messages", key, "{}", "Accept", "text/event-stream");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.type()).isEqualTo("application/problem+json");
    }

    private List<String> stream(String path, String body, Consumer<String> ear) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.base() + path))
                                .header("X-API-Key", key)
                                .header("Content-Type", "application/json")
                                .header("Accept", "text/event-stream")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            return lines.lines().peek(ear).toList();
        }
    }

    @Test
    void a_log_is_followed_no_longer_than_somebody_reads_it_though_the_agent_says_nothing() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        App.PLATFORM.whileFollowed(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                left.countDown();
            }
        });
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                server.stream("/agents/" + agent + "/logs?follow=true", key).body(), StandardCharsets.UTF_8))) {
            until(lines, "second");
        }
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_followed_log_that_is_refused_says_so() throws Exception {
        App.PLATFORM.whileFollowed(() -> {
            throw new DeployException("REFUSED", "The log may not be read.", "grant pods/log.", null);
        });
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                server.stream("/agents/" + agent + "/logs?follow=true", key).body(), StandardCharsets.UTF_8))) {
            until(lines, "event:problem");
            assertThat(lines.readLine()).contains("\"code\":\"REFUSED\"", "grant pods/log");
        } finally {
            App.PLATFORM.whileFollowed(() -> {});
        }
    }

    @Test
    void the_stream_of_all_agents_tells_of_their_ends_and_of_new_ones_of_the_same_name() throws Exception {
        HttpResponse<InputStream> stream = server.stream("/events", key);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            server.call("DELETE", "/agents/" + agent, key, null);
            assertThat(until(lines, "\"kind\":\"DELETE\",\"outcome\":\"SUCCEEDED\""))
                    .contains(agent);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(server.call("GET", "/agents/" + agent, key, null)
                                    .status())
                            .isEqualTo(404));
            launch();
            assertThat(until(lines, "\"sequence\":1,")).contains(agent, "OPERATION_QUEUED");
        }
    }

    @Test
    void an_agents_own_stream_tells_those_who_come_again_that_it_is_gone_and_nobody_else() throws Exception {
        server.call("DELETE", "/agents/" + agent, key, null);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.call("GET", "/agents/" + agent, key, null)
                                .status())
                        .isEqualTo(404));
        String path = "/agents/" + agent + "/events";

        HttpResponse<InputStream> stream = server.stream(path, key, "Last-Event-ID", "3");
        List<String> lines;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            lines = reader.lines().toList();
        }

        assertThat(lines).filteredOn("event:OPERATION_SETTLED"::equals).hasSize(1);
        assertThat(lines).anyMatch(line -> line.contains("\"kind\":\"DELETE\",\"outcome\":\"SUCCEEDED\""));
        String id = lines.stream()
                .filter(line -> line.startsWith("id:"))
                .findFirst()
                .orElseThrow()
                .substring(3);
        assertThat(server.stream(path, key, "Last-Event-ID", id).statusCode())
                .as("who has heard it")
                .isEqualTo(404);
        assertThat(server.stream(path, key).statusCode()).isEqualTo(404);
        String stranger = server.key("stranger", Role.USER, null);
        assertThat(server.stream(path, stranger, "Last-Event-ID", "3").statusCode())
                .isEqualTo(404);
    }

    private static String until(BufferedReader lines, String sign) throws Exception {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(sign)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended without " + sign);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        private static volatile Optional<String> bill = Optional.of(BILL);
        private static volatile boolean silent;

        private static final FakePlatform PLATFORM =
                new FakePlatform().runningImages().answering(request -> silent ? "{}" : null);

        @Bean
        Platform test() {
            return PLATFORM;
        }

        @Bean
        ArtifactBuilder images() {
            return new Images(new FakeArtifacts());
        }

        @Bean
        ArtifactScanner scanner() {
            return new Known();
        }
    }

    /** Images in name only. */
    private record Images(FakeArtifacts projects) implements ArtifactBuilder {

        @Override
        public Artifact.Kind makes() {
            return Artifact.Kind.IMAGE;
        }

        @Override
        public Resolved resolve(
                io.agentlaunchpad.agent.AgentSpec spec,
                @org.jspecify.annotations.Nullable String kept,
                WorkContext context) {
            return projects.resolve(spec, kept, context);
        }

        @Override
        public Artifact build(Request request, WorkContext context) {
            String digest = projects.build(request, context).digest();
            return new Artifact.Image(
                    ImageRef.parse("registry.example/agents/" + request.spec().name() + "@" + digest));
        }

        @Override
        public void publish(Artifact artifact, WorkContext context) {}

        @Override
        public List<Path> ownFiles(Artifact artifact) {
            return List.of();
        }

        @Override
        public Optional<String> sbom(Artifact artifact, WorkContext context) {
            return App.bill;
        }

        @Override
        public void discard(io.agentlaunchpad.agent.AgentId agentId, Artifact artifact, WorkContext context) {}
    }

    /** Finds one thing, a harmless one. */
    private static final class Known implements ArtifactScanner {

        @Override
        public String name() {
            return "known";
        }

        @Override
        public Set<Artifact.Kind> scans() {
            return Set.of(Artifact.Kind.IMAGE);
        }

        @Override
        public ScanReport scan(Request request, WorkContext context) {
            Finding finding = new Finding(
                    "CVE-2026-1",
                    Finding.Kind.VULNERABILITY,
                    Severity.LOW,
                    Finding.Layer.BASE,
                    "libc 2.36",
                    "Rounds wrongly",
                    "2.37");
            return ScanReport.of(
                    name(),
                    request.artifact().digest(),
                    List.of(finding),
                    context.clock().instant());
        }
    }
}
