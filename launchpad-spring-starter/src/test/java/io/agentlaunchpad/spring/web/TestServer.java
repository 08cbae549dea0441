package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An application with nothing but the starter, listening on a port of 127.0.0.1; its agents are queued and never run. */
final class TestServer implements AutoCloseable {

    static final String ADMIN = "alk_" + "a".repeat(64);
    static final String ADA = "{\"agentName\":\"ada\",\"personality\":{\"bio\":[\"Explains mathematics\"]}}";

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    private TestServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.base = URI.create("http://127.0.0.1:"
                + context.getEnvironment().getProperty("local.server.port")
                + context.getEnvironment().getProperty("test.prefix", "")
                + "/launchpad/api");
    }

    static TestServer start(Path home, String... properties) {
        return start(home, App.class, properties);
    }

    /** An application with parts of its own. */
    static TestServer start(Path home, Class<?> application, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "server.port=0",
                "server.address=127.0.0.1",
                "logging.level.org.apache=warn",
                "spring.main.banner-mode=off",
                "launchpad.home=" + home,
                "launchpad.workers=0",
                "launchpad.store.kind=memory",
                "launchpad.web.enabled=true",
                "launchpad.security.admin-key=" + ADMIN,
                "launchpad.security.rate.changes-per-minute=100000",
                "launchpad.security.rate.changes-per-quarter-hour=100000",
                "launchpad.security.rate.reads-per-minute=100000",
                "launchpad.security.rate.failures-per-minute=100000"));
        all.addAll(Arrays.asList(properties));
        return new TestServer(new SpringApplicationBuilder(application)
                .properties(all.toArray(String[]::new))
                .run());
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    String key(String owner, Role role, @Nullable Instant expiresAt) {
        return context.getBean(Keyring.class)
                .issue("test", Owner.of(owner), role, role.permissions(), expiresAt)
                .value();
    }

    Answer call(String method, String path, @Nullable String key, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null && Arrays.stream(headers).noneMatch("Content-Type"::equals)) {
            request.header("Content-Type", "application/json");
        }
        if (key != null) {
            request.header("X-API-Key", key);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("");
            try (InputStream in = response.body()) {
                String text = type.startsWith("text/event-stream")
                        ? ""
                        : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return new Answer(response, type, text);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** An open event stream. */
    HttpResponse<InputStream> stream(String path, String key, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + key);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        context.close();
    }

    record Answer(HttpResponse<?> response, String type, String text) {

        int status() {
            return response.statusCode();
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }

        String code() {
            return json().path("code").asString("");
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
