package io.agentlaunchpad.samples.springserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client written from {@code docs/openapi.json} alone: HTTP/1.1, JSON, and nothing of ours. It holds every answer against the
 * document: the address and method must stand there, the status too, and the body must have what its schema requires.
 */
final class ApiClient {

    private static final JsonNode DOCUMENT =
            JsonMapper.shared().readTree(Path.of("../../docs/openapi.json").toFile());

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Supplier<URI> server;
    private final String key;

    /** Asks whichever server the supplier names at that moment, as behind a load balancer. */
    ApiClient(Supplier<URI> server, String key) {
        this.server = server;
        this.key = key;
    }

    JsonNode get(String template, String... values) throws Exception {
        return body(call("GET", template, null, List.of(), values), 200);
    }

    /** A change; returns what was accepted. */
    JsonNode change(String method, String template, String json, List<String> headers, String... values)
            throws Exception {
        return body(call(method, template, json, headers, values), 202);
    }

    JsonNode say(String agent, String text) throws Exception {
        String json = JsonMapper.shared().writeValueAsString(java.util.Map.of("text", text));
        return body(call("POST", "/agents/{id}/messages", json, List.of(), agent), 200);
    }

    /** One request; the answer is as the document says, whatever its status. */
    HttpResponse<String> call(String method, String template, String json, List<String> headers, String... values)
            throws Exception {
        HttpRequest.Builder request = request(template, values).timeout(Duration.ofMinutes(3));
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = http.send(
                request.method(
                                method,
                                json == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode answers = operation(method, template).path("responses");
        JsonNode documented = answers.path(String.valueOf(response.statusCode()));
        if (documented.isMissingNode()) {
            assertThat(response.statusCode()).as(response.body()).isGreaterThanOrEqualTo(400);
            documented = answers.path("default");
        }
        String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        JsonNode schema = documented.path("content").path(type).path("schema");
        assertThat(schema.isMissingNode())
                .as("%s %s answers %s", method, template, type)
                .isFalse();
        assertFits(JsonMapper.shared().readTree(response.body()), schema, method + " " + template);
        return response;
    }

    /**
     * Follows an agent's story behind that event number, coming again with Last-Event-ID whenever the stream breaks, until
     * the operation has ended.
     *
     * @return the numbers heard, in order
     */
    List<Long> follow(String agent, String operation, long behind, Consumer<JsonNode> heard) throws Exception {
        List<Long> numbers = new ArrayList<>();
        long last = behind;
        for (int attempt = 0; attempt < 100; attempt++) {
            HttpRequest.Builder request = request("/agents/{id}/events", agent).header("Accept", "text/event-stream");
            if (last > 0) {
                request.header("Last-Event-ID", String.valueOf(last));
            }
            try {
                HttpResponse<Stream<String>> stream = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
                assertThat(stream.statusCode()).isEqualTo(200);
                try (Stream<String> lines = stream.body()) {
                    for (var each = lines.iterator(); each.hasNext(); ) {
                        String line = each.next();
                        if (!line.startsWith("data:")) {
                            continue;
                        }
                        JsonNode event = JsonMapper.shared().readTree(line.substring(5));
                        assertFits(event, DOCUMENT.at("/components/schemas/EventView"), "an event");
                        last = event.path("sequence").asLong();
                        numbers.add(last);
                        heard.accept(event);
                        if (event.path("type").asString().equals("OPERATION_SETTLED")
                                && event.path("operationId").asString().equals(operation)) {
                            return numbers;
                        }
                    }
                }
            } catch (IOException | UncheckedIOException broken) {
                // The server is gone: the supplier names another one.
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .until(() -> get("/health").path("status").asString().equals("UP"));
            }
        }
        throw new AssertionError("The stream of " + agent + " broke a hundred times");
    }

    private HttpRequest.Builder request(String template, String... values) {
        String path = template;
        for (String value : values) {
            path = path.replaceFirst("\\{[a-zA-Z]+}", value);
        }
        return HttpRequest.newBuilder(URI.create(server.get() + path)).header("X-API-Key", key);
    }

    private static JsonNode body(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JsonMapper.shared().readTree(response.body());
    }

    private static JsonNode operation(String method, String template) {
        JsonNode operation = DOCUMENT.path("paths").path(template).path(method.toLowerCase(java.util.Locale.ROOT));
        assertThat(operation.isMissingNode())
                .as("%s %s is documented", method, template)
                .isFalse();
        return operation;
    }

    private static void assertFits(JsonNode value, JsonNode given, String what) {
        JsonNode schema =
                given.has("$ref") ? DOCUMENT.at(given.path("$ref").asString().substring(1)) : given;
        assertThat(schema.isMissingNode()).as(what).isFalse();
        schema.path("required")
                .forEach(name -> assertThat(value.has(name.asString()))
                        .as("%s has %s: %s", what, name, value)
                        .isTrue());
        value.propertyNames().forEach(name -> {
            JsonNode inner = schema.path("properties").path(name);
            if (!inner.isMissingNode() && value.path(name).isObject()) {
                assertFits(value.path(name), inner, what + " " + name);
            }
        });
        if (value.isArray()) {
            value.forEach(item -> assertFits(item, schema.path("items"), what + " item"));
        }
    }
}
