package io.agentlaunchpad.build;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Stands between a builder and a real registry, counts what goes through, and does what a test plans to go wrong. */
public final class FaultProxy implements AutoCloseable {

    private static final Set<String> HOP =
            Set.of("connection", "content-length", "host", "expect", "upgrade", "transfer-encoding", "http2-settings");

    private static final int TLS_HANDSHAKE = 0x16;

    private final HttpServer server;
    private final ServerSocket front;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String upstream;
    private final List<Plan> plans = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What goes wrong. */
    public interface Fault {
        /** Whether it answered itself. */
        boolean happens(HttpExchange exchange) throws IOException;
    }

    private record Plan(Predicate<String> when, AtomicInteger left, Fault fault) {}

    public FaultProxy(String upstream) throws IOException {
        this.upstream = upstream;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 200);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        front = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        threads.execute(this::accept);
    }

    /** A builder may ask for TLS first; a real registry answers that at once in the clear, Java's own server never. */
    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket socket = front.accept();
                threads.execute(() -> relay(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void relay(Socket socket) {
        try (socket) {
            int first = socket.getInputStream().read();
            if (first < 0) {
                return;
            }
            if (first == TLS_HANDSHAKE) {
                socket.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            try (Socket inner = new Socket(
                    server.getAddress().getAddress(), server.getAddress().getPort())) {
                inner.setTcpNoDelay(true);
                socket.setTcpNoDelay(true);
                threads.execute(() -> pump(inner, socket));
                inner.getOutputStream().write(first);
                pump(socket, inner);
            }
        } catch (IOException e) {
            // One side is gone, and so is the other now.
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // As above.
        }
    }

    public String host() {
        return "127.0.0.1:" + front.getLocalPort();
    }

    /** {@code METHOD path} of every request that came, in order. */
    public List<String> requests() {
        return requests;
    }

    /** Bytes of bodies that came from the builder. */
    public long bytesSent() {
        return bytesSent.get();
    }

    public void forgetCounts() {
        requests.clear();
        bytesSent.set(0);
    }

    /** The next requests that match the regular expression go wrong. */
    public void plan(String methodAndPath, int times, Fault fault) {
        plans.add(new Plan(text -> text.matches(methodAndPath), new AtomicInteger(times), fault));
    }

    public static Fault status(int code, String body) {
        return exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(code, head || bytes.length == 0 ? -1 : bytes.length);
            if (!head && bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
            return true;
        };
    }

    /** The connection breaks after some of the body was taken. */
    public static Fault reset() {
        return exchange -> {
            exchange.getRequestBody().readNBytes(1000);
            throw new IOException("planned");
        };
    }

    /** The request is held up for a time, or until the proxy is closed. */
    public Fault slow(Duration pause) {
        return held(closed, pause);
    }

    /** The request is held up until the latch opens. */
    public static Fault held(CountDownLatch until) {
        return held(until, Duration.ofMinutes(2));
    }

    private static Fault held(CountDownLatch until, Duration atMost) {
        return exchange -> {
            try {
                until.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        };
    }

    /** How many requests are being answered. */
    public int underWay() {
        return underWay.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String what = exchange.getRequestMethod() + " " + path;
        requests.add(what);
        underWay.incrementAndGet();
        try {
            for (Plan plan : plans) {
                if (plan.when.test(what) && plan.left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    if (plan.fault.happens(exchange)) {
                        return;
                    }
                    break;
                }
            }
            forward(exchange, path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
            underWay.decrementAndGet();
        }
    }

    private void forward(HttpExchange exchange, String path) throws IOException, InterruptedException {
        byte[] body = counted(exchange.getRequestBody());
        if (exchange.getAttribute("spoilt:" + path) != null && body.length > 10) {
            body[5] ^= 1;
        }
        forward(client, upstream, path, body, exchange, Map.of("X-Forwarded-Host", host()));
    }

    /** Asks the real registry and answers what it answers. */
    public static void forward(
            HttpClient client,
            String upstream,
            String path,
            byte[] body,
            HttpExchange exchange,
            Map<String, String> more)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + upstream + path))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        more.forEach(request::setHeader);
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        response.headers().map().forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            response.headers()
                    .firstValue("Content-Length")
                    .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
        }
        byte[] answer = response.body();
        exchange.sendResponseHeaders(response.statusCode(), head || answer.length == 0 ? -1 : answer.length);
        if (!head && answer.length > 0) {
            exchange.getResponseBody().write(answer);
        }
    }

    /** One bit of the next matching body is not what was sent. */
    public void spoil(String methodAndPath, int times) {
        plan(methodAndPath, times, exchange -> {
            exchange.setAttribute("spoilt:" + exchange.getRequestURI(), true);
            return false;
        });
    }

    private byte[] counted(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            bytesSent.addAndGet(n);
            all.write(buffer, 0, n);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        try {
            front.close();
        } catch (IOException e) {
            // It is closed then.
        }
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
