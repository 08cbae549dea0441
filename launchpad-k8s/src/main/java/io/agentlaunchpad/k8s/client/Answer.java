package io.agentlaunchpad.k8s.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the API server answered.
 *
 * @param status HTTP status code
 * @param headers lower-case names
 * @param text the body
 */
public record Answer(int status, Map<String, List<String>> headers, String text) {

    static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(HttpResponse<?> response, String text) {
        Map<String, List<String>> headers = new HashMap<>();
        response.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return new Answer(response.code(), headers, text);
    }

    public boolean ok() {
        return status >= 200 && status < 300;
    }

    public boolean missing() {
        return status == 404;
    }

    /** The body as JSON; a missing node where it is none. */
    public JsonNode json() {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** The server's own word for a refusal, such as {@code AlreadyExists}; empty where it gave none. */
    public String reason() {
        return json().path("reason").asText("");
    }

    /** The server's own sentence. */
    public String message() {
        String own = json().path("message").asText("");
        return own.isEmpty() ? text.strip() : own;
    }
}
