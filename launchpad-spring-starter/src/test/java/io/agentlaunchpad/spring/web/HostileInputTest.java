package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What people send who mean harm ends in a refusal or as plain text, never in a fault of ours, and leaves nothing behind. */
@Timeout(120)
class HostileInputTest {

    private static final List<String> HARM = List.of(
            "../../../../tmp/launchpad-was-here",
            "..%2f..%2ftmp%2flaunchpad-was-here",
            "C:\\windows\\system32",
            "$(touch /tmp/launchpad-was-here)",
            "`touch /tmp/launchpad-was-here`",
            "; touch /tmp/launchpad-was-here #",
            "${jndi:ldap://127.0.0.1:1/a}",
            "#{T(java.lang.Runtime).getRuntime().exec('touch /tmp/launchpad-was-here')}",
            "{{constructor.constructor('return process')()}}",
            "<%= system('touch /tmp/launchpad-was-here') %>",
            "x\n---\nkind: ClusterRoleBinding\nmetadata: {name: mine}\n",
            "&anchor *anchor !!javax.script.ScriptEngineManager [x]",
            "\"},\"secrets\":{\"A\":\"b\"},\"x\":{\"y\":\"",
            "'; DROP TABLE agents; --",
            "<script>alert(1)</script>",
            "a\r\nX-Injected: yes",
            "nul\u0000l",
            "\u202e\u2066reversed",
            "\ud800",
            "%s%n%x",
            "x".repeat(15_000));

    private static TestServer server;

    @TempDir
    private static Path home;

    @BeforeAll
    static void start() {
        server = TestServer.start(home, App.class, "launchpad.workers=1", "launchpad.web.max-body=64KB");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> configurations() {
        List<String> all = new ArrayList<>();
        int number = 0;
        for (String harm : HARM) {
            for (String place : List.of(
                    "agentName",
                    "description",
                    "system",
                    "bio",
                    "topic",
                    "example",
                    "plugin",
                    "setting",
                    "settingName",
                    "memory",
                    "secret",
                    "secretName",
                    "host",
                    "egress",
                    "channel",
                    "key")) {
                all.add(configuration("agent-" + number++, place, harm));
            }
        }
        return all.stream();
    }

    private static String configuration(String name, String place, String harm) {
        ObjectNode agent = JsonMapper.shared().createObjectNode();
        agent.put("agentName", place.equals("agentName") ? harm : name);
        if (place.equals("description")) {
            agent.put("description", harm);
        }
        ObjectNode personality = agent.putObject("personality");
        ArrayNode bio = personality.putArray("bio");
        bio.add(place.equals("bio") ? harm : "Explains");
        switch (place) {
            case "system" -> personality.put("system", harm);
            case "topic" -> personality.putArray("topics").add(harm);
            case "example" ->
                personality
                        .putArray("messageExamples")
                        .addArray()
                        .addObject()
                        .put("name", harm)
                        .putObject("content")
                        .put("text", harm);
            case "plugin" -> agent.putArray("selectedPlugins").add(harm);
            case "setting" ->
                agent.putObject("pluginConfigs")
                        .putObject("@elizaos/plugin-openai")
                        .put("OPENAI_BASE_URL", harm);
            case "settingName" ->
                agent.putObject("pluginConfigs")
                        .putObject("@elizaos/plugin-openai")
                        .put(harm, "x");
            case "memory" -> agent.putObject("resources").put("memory", harm);
            case "secret" -> agent.putObject("secrets").put("OPENAI_API_KEY", harm);
            case "secretName" -> agent.putObject("secrets").put(harm, "value");
            case "host" -> agent.putObject("expose").put("host", harm);
            case "egress" -> agent.putArray("egress").add(harm);
            case "channel" -> agent.putObject("platforms").putObject(harm);
            case "key" -> agent.put(harm, "x");
            default -> {}
        }
        return agent.toString();
    }

    @Test
    void no_text_field_of_a_configuration_is_a_way_in() throws IOException {
        int accepted = 0;
        for (String configuration : configurations().toList()) {
            String shown = configuration.substring(0, Math.min(200, configuration.length()));
            TestServer.Answer planned = server.call("POST", "/agents/plan", ADMIN, configuration);
            assertThat(planned.status()).as(shown).isIn(200, 400);
            TestServer.Answer answer = server.call("POST", "/agents", ADMIN, configuration);
            assertThat(answer.status()).as(shown + answer.text()).isIn(202, 400);
            assertThat(answer.header("X-Injected")).isNull();
            assertThat(answer.text()).doesNotContain("Exception:", "\tat ", "io.agentlaunchpad");
            if (answer.status() == 202) {
                accepted++;
                String id = answer.json().path("agentId").asString();
                TestServer.Answer back = server.call("GET", "/agents/" + id, ADMIN, null);
                assertThat(back.status()).as(shown).isEqualTo(200);
                assertThat(back.text()).doesNotContain("\"b\"");
            }
        }
        assertThat(accepted).as("plain text is plain text").isGreaterThan(50);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.call("GET", "/system/metrics", ADMIN, null)
                                .json()
                                .path("operationsOpen")
                                .asInt())
                        .isZero());
        assertThat(Path.of("/tmp/launchpad-was-here")).doesNotExist();
        try (Stream<Path> left = Files.walk(home)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(server.call("GET", "/agents?limit=200", ADMIN, null).status())
                .isEqualTo(200);
        assertThat(server.call("GET", "/audit?limit=1000", ADMIN, null).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /launchpad/api/agents/../../etc/passwd HTTP/1.1",
                "GET /launchpad/api/..;/agents HTTP/1.1",
                "GET /launchpad/api;jsessionid=1/agents HTTP/1.1",
                "GET //launchpad//api//agents HTTP/1.1",
                "GET /launchpad/%61pi/agents HTTP/1.1",
                "GET /launchpad/api/agents%2f..%2fkeys HTTP/1.1",
                "GET /launchpad/api/health/../keys HTTP/1.1",
                "GET /launchpad/api/health;/../agents HTTP/1.1",
                "GET /launchpad/api/agents/%00 HTTP/1.1",
                "GET /launchpad/api/agents/%ff%fe HTTP/1.1",
                "GET /launchpad/api/agents?limit=%00 HTTP/1.1",
                "GET /launchpad/api/agents HTTP/1.1\r\nX-Api-Key : " + "alk_0",
                "GET /launchpad/api/agents HTTP/1.1\r\nX-API-Key: a\r\n b",
                "POST /launchpad/api/agents HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
                "TRACE /launchpad/api/agents HTTP/1.1",
                "BREW /launchpad/api/agents HTTP/1.1"
            })
    void no_trick_with_an_address_or_header_gets_past_the_keys(String request) throws Exception {
        String answer = raw(request + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n0\r\n\r\n");
        int status = Integer.parseInt(answer.substring(9, 12));
        assertThat(status).as(answer).isBetween(400, 499);
        assertThat(answer).doesNotContain("\"items\"", "java.lang", "at io.agentlaunchpad");
    }

    @Test
    void what_fuzzers_found_stays_refused() throws IOException {
        for (String type : List.of("multipart/form-data", " Multipart/mixed; boundary=x")) {
            for (String method : List.of("GET", "POST")) {
                TestServer.Answer answer =
                        server.call(method, "/agents/ada/restart", ADMIN, null, "Content-Type", type.strip());
                assertThat(answer.status()).as(method + type).isEqualTo(415);
            }
        }
        String answer = raw("GET /launchpad/api/agents?%F3%AF=%22&=1&limit=%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "X-API-Key: " + ADMIN + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400");

        ObjectNode agent = JsonMapper.shared().createObjectNode();
        agent.put("agentName", "ada").putObject("personality");
        for (int i = 0; i < 250; i++) {
            agent.put("unknown" + i, 1);
        }
        agent.putObject("resources").put("memory", "lots").put("cpu", "more");
        assertThat(server.call("POST", "/agents", ADMIN, agent.toString()).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void no_body_is_a_fault_of_ours(byte[] body) throws Exception {
        for (String path : List.of("/agents", "/agents/plan", "/keys")) {
            String head = "POST /launchpad/api" + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-API-Key: " + ADMIN
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
            String answer = raw(head, body);
            assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
        }
    }

    static Stream<byte[]> bodies() {
        return Stream.of(
                "{\"agentName\":\"ada\"".getBytes(StandardCharsets.UTF_16),
                new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{'},
                new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'},
                new byte[] {'{', '"', 'n', (byte) 0xff, '"', ':', '1', '}'},
                new byte[] {0, 0, 0, 0},
                "[".repeat(60_000).getBytes(StandardCharsets.UTF_8),
                ("{\"a\":".repeat(10_000) + "1").getBytes(StandardCharsets.UTF_8),
                ("{\"name\":" + "9".repeat(50_000) + "}").getBytes(StandardCharsets.UTF_8),
                "{\"name\":1e999999999}".getBytes(StandardCharsets.UTF_8),
                "{\"name\":\"a\",\"name\":\"b\"}".getBytes(StandardCharsets.UTF_8),
                "x".repeat(65_537).getBytes(StandardCharsets.UTF_8));
    }

    private static String raw(String request) throws IOException {
        return raw(request, new byte[0]);
    }

    private static String raw(String head, byte[] body) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.base().getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        Platform test() {
            return new FakePlatform();
        }

        @Bean
        ArtifactBuilder projects() {
            return new FakeArtifacts();
        }
    }
}
