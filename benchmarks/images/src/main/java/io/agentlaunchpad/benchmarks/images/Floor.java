package io.agentlaunchpad.benchmarks.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** The requests that a registry needs for one more image on a runtime that it has, and nothing else. */
final class Floor {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;

    Floor(String host) {
        this.root = "http://" + host + "/v2/";
    }

    ObjectNode manifest(String repository, String reference) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + repository + "/manifests/" + reference))
                .header("Accept", MANIFEST)
                .build();
        return (ObjectNode) JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    String tags(String repository) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(root + repository + "/tags/list"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    byte[] blob(String repository, String digest) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(root + repository + "/blobs/" + digest))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    /** One look whether a tag is there. */
    void head(String repository, String tag) throws Exception {
        send("HEAD", root + repository + "/manifests/" + tag, new byte[0], 200);
    }

    /** Mounts the runtime's layers, sends a layer and a configuration, writes the manifest. */
    void push(String from, ObjectNode runtime, String repository, byte[] layer, byte[] config) throws Exception {
        for (JsonNode part : runtime.path("layers")) {
            String digest = part.path("digest").asText();
            send("POST", root + repository + "/blobs/uploads/?mount=" + digest + "&from=" + from, new byte[0], 201);
        }
        upload(repository, layer);
        upload(repository, config);
        ObjectNode manifest = runtime.deepCopy();
        manifest.set("config", part(manifest.path("config").path("mediaType").asText(), config));
        ((ArrayNode) manifest.get("layers")).add(part("application/vnd.oci.image.layer.v1.tar", layer));
        send("PUT", root + repository + "/manifests/floor", JSON.writeValueAsBytes(manifest), 201);
    }

    private void upload(String repository, byte[] content) throws Exception {
        String place = send("POST", root + repository + "/blobs/uploads/", new byte[0], 202)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        send("PUT", place + "&digest=" + digest(content), content, 201);
    }

    private HttpResponse<Void> send(String method, String url, byte[] body, int expected) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", url.contains("/manifests/") ? MANIFEST : "application/octet-stream")
                .header("Accept", MANIFEST)
                .build();
        HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
        if (response.statusCode() != expected) {
            throw new IllegalStateException(method + " " + url + " answered " + response.statusCode());
        }
        return response;
    }

    private static ObjectNode part(String mediaType, byte[] content) throws Exception {
        return JSON.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", digest(content))
                .put("size", content.length);
    }

    private static String digest(byte[] content) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    /** Milliseconds of repeated runs, as median and worst. */
    static String summary(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "median %.1f ms, fastest %.1f ms, slowest %.1f ms (%d runs)",
                sorted[sorted.length / 2] / 1e6,
                sorted[0] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                sorted.length);
    }
}
