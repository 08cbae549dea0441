package io.agentlaunchpad.k8s.client;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the API server.
 *
 * @param method GET, POST …
 * @param path with its query
 * @param type of the body, or null
 * @param body or null
 * @param limit how long one attempt may take
 * @param headers further ones
 */
public record Call(
        String method,
        String path,
        @Nullable String type,
        @Nullable String body,
        Duration limit,
        Map<String, String> headers) {

    public Call {
        headers = Map.copyOf(headers);
    }

    /** Without further headers. */
    public Call(String method, String path, @Nullable String type, @Nullable String body, Duration limit) {
        this(method, path, type, body, limit, Map.of());
    }

    /** The field manager of everything Launchpad applies. */
    public static final String MANAGER = "launchpad";

    private static final Duration USUAL = Duration.ofSeconds(20);

    /** A GET. */
    public static Call get(String path) {
        return new Call("GET", path, null, null, USUAL);
    }

    /** A POST of JSON. */
    public static Call create(String path, String json) {
        return new Call("POST", path + separator(path) + "fieldManager=" + MANAGER, "application/json", json, USUAL);
    }

    /** A PUT of JSON. */
    public static Call replace(String path, String json) {
        return new Call("PUT", path + separator(path) + "fieldManager=" + MANAGER, "application/json", json, USUAL);
    }

    /** A server-side apply; with force it takes fields from others. */
    public static Call apply(String path, String json, boolean force, boolean dryRun) {
        String query = "fieldManager=" + MANAGER + "&force=" + force + (dryRun ? "&dryRun=All" : "");
        // JSON is YAML.
        return new Call("PATCH", path + separator(path) + query, "application/apply-patch+yaml", json, USUAL);
    }

    /** A DELETE of the object of that UID only; what hangs on it follows in the background. */
    public static Call delete(String path, String uid) {
        return delete(path, uid, "");
    }

    /** The same for a pod, which may take so many seconds to end. With a body the server reads nothing from the query. */
    public static Call delete(String path, String uid, int graceSeconds) {
        return delete(path, uid, "\"gracePeriodSeconds\":" + graceSeconds + ",");
    }

    private static Call delete(String path, String uid, String grace) {
        String options = "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\"," + grace
                + "\"preconditions\":{\"uid\":\"" + uid + "\"}}";
        return new Call("DELETE", path, "application/json", options, USUAL);
    }

    /** The same with another limit. */
    public Call within(Duration other) {
        return new Call(method, path, type, body, other, headers);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }

    private static String separator(String path) {
        return path.contains("?") ? "&" : "?";
    }
}
