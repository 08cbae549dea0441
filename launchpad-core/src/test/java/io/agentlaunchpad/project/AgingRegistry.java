package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The registry that this machine uses, on a port of its own, at a time when it had not yet, or already, one version of one
 * package. It says of its answers what the public registry says: they stay fresh for five minutes.
 */
final class AgingRegistry implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger asked = new AtomicInteger();
    private final String upstream;
    private final String name;
    private final String version;
    private final HttpServer server;
    private final CountDownLatch holding = new CountDownLatch(1);
    private final CountDownLatch answersAll = new CountDownLatch(1);
    private volatile boolean before;
    private volatile String held = "";

    AgingRegistry(String name, String version) throws IOException {
        this.name = name;
        this.version = version;
        Process npm = new ProcessBuilder("npm", "config", "get", "registry").start();
        upstream = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void beforeItWasPublished(boolean yes) {
        before = yes;
    }

    /** Lets who asks for that package's archive wait, until {@link #answerAll}. */
    void holdArchive(String packageName) {
        held = packageName + "/-/";
    }

    boolean isHolding() {
        return holding.getCount() == 0;
    }

    void answerAll() {
        answersAll.countDown();
    }

    /** Requests so far. */
    int asked() {
        return asked.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath().substring(1);
            if (!held.isEmpty() && path.contains(held)) {
                holding.countDown();
                answersAll.await();
            }
            HttpRequest request = HttpRequest.newBuilder(URI.create(upstream).resolve(path))
                    .header("Accept", exchange.getRequestHeaders().getFirst("Accept"))
                    .build();
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            byte[] body = response.body();
            if (before && path.equals(name)) {
                ObjectNode packument = (ObjectNode) Json.read(new String(body, StandardCharsets.UTF_8));
                packument.withObject("/versions").remove(version);
                body = Json.write(packument).getBytes(StandardCharsets.UTF_8);
            }
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=300");
            exchange.sendResponseHeaders(response.statusCode(), body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        answerAll();
        server.stop(0);
    }
}
