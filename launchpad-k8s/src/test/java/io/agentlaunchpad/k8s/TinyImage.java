package io.agentlaunchpad.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.testbed.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/**
 * Images of a stand-in for an agent, made of the test bed's base image and one small file, pushed over the registry's
 * HTTP API (OCI distribution 1.1). How the agent behaves stands in the image, as JSON.
 */
final class TinyImage {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String REPOSITORY = "/tiny";

    private final String host;
    private final String repository;
    private final String base;
    private final Map<String, Artifact.Image> pushed = new HashMap<>();

    TinyImage(Registry registry) {
        host = registry.host();
        repository = registry.repository().substring(host.length() + 1) + REPOSITORY;
        base = registry.baseImage().substring(host.length() + 1);
    }

    /** An agent that becomes ready; another variant is another image. */
    Artifact.Image healthy(int variant) {
        return behaving("{\"variant\":" + variant + "}");
    }

    /** An agent that ends while it starts, as the runner ends. */
    Artifact.Image failing() {
        return behaving("{\"fail\":[\"PLUGIN_INIT_FAILED\",\"planted failure\",\"Correct the plugin.\"]}");
    }

    /** An image that nobody pushed. */
    Artifact.Image missing() {
        return new Artifact.Image(ImageRef.parse(host + "/" + repository + "@sha256:" + "0123456789abcdef".repeat(4)));
    }

    /**
     * An agent that does what the JSON says; see {@code tiny-agent.mjs}. One push at a time: the images share layers, and the
     * registry refuses a manifest whose layer it is linking again at that moment.
     */
    synchronized Artifact.Image behaving(String how) {
        return pushed.computeIfAbsent(how, this::push);
    }

    private Artifact.Image push(String how) {
        String name = base.substring(0, base.lastIndexOf(':'));
        byte[] raw = get(name, "manifests/" + base.substring(base.lastIndexOf(':') + 1));
        ObjectNode manifest = object(raw);
        ObjectNode config =
                object(get(name, "blobs/" + manifest.at("/config/digest").asText()));
        for (JsonNode layer : manifest.path("layers")) {
            mount(name, layer.path("digest").asText());
        }
        byte[] tar = tar("app/agent.mjs", resource("tiny-agent.mjs"));
        byte[] zipped = gzip(tar);
        config.withObject("/config").putArray("Entrypoint").add("node").add("/app/agent.mjs");
        config.withObject("/config").withArray("/Env").add("TINY=" + how);
        config.withArray("/rootfs/diff_ids").add(digest(tar));
        config.remove("history");
        byte[] finished = bytes(config);
        upload(zipped);
        upload(finished);
        ObjectNode layer = manifest.withArray("/layers").addObject();
        layer.put("mediaType", "application/vnd.oci.image.layer.v1.tar+gzip")
                .put("digest", digest(zipped))
                .put("size", zipped.length);
        manifest.withObject("/config").put("digest", digest(finished)).put("size", finished.length);
        byte[] body = bytes(manifest);
        String type = manifest.path("mediaType").asText(MANIFEST);
        send(HttpRequest.newBuilder(url(repository, "manifests/" + digest(body)))
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofByteArray(body)));
        return new Artifact.Image(ImageRef.parse(host + "/" + repository + "@" + digest(body)));
    }

    private void mount(String from, String blob) {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(url(repository, "blobs/uploads/?mount=" + blob + "&from=" + from))
                        .POST(BodyPublishers.noBody()));
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("The registry does not mount " + blob + ": " + answer.statusCode());
        }
    }

    private void upload(byte[] content) {
        HttpResponse<byte[]> begun =
                send(HttpRequest.newBuilder(url(repository, "blobs/uploads/")).POST(BodyPublishers.noBody()));
        String location = begun.headers().firstValue("Location").orElseThrow();
        URI at = URI.create("http://" + host).resolve(location);
        String separator = at.getQuery() == null ? "?" : "&";
        send(HttpRequest.newBuilder(URI.create(at + separator + "digest=" + digest(content)))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
    }

    private byte[] get(String name, String what) {
        return send(HttpRequest.newBuilder(url(name, what))
                        .header("Accept", MANIFEST + ", application/vnd.docker.distribution.manifest.v2+json, */*"))
                .body();
    }

    private URI url(String name, String what) {
        return URI.create("http://" + host + "/v2/" + name + "/" + what);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(answer.statusCode() + " for " + answer.uri() + ": "
                        + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One file in POSIX.1-1988 form. */
    private static byte[] tar(String name, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", content.length));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        byte[] all = Arrays.copyOf(header, 512 + (content.length + 511) / 512 * 512 + 1024);
        System.arraycopy(content, 0, all, 512, content.length);
        return all;
    }

    private static void put(byte[] target, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, target, at, bytes.length);
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode object(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(TinyImage.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
