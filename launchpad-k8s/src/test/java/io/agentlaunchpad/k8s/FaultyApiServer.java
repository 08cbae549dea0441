package io.agentlaunchpad.k8s;

import io.agentlaunchpad.testbed.Cluster;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** The real API server, seen through a line that a test may spoil. One request per connection, so that each can be met. */
final class FaultyApiServer implements AutoCloseable {

    /** What happens to a request. */
    enum Fault {
        TOO_MANY,
        SERVER_ERROR,
        UNAVAILABLE,
        RESET,
        ANSWER_LOST,
        SLOW,
        UNAUTHENTICATED
    }

    private final Process kubectl;
    private final int upstream;
    private final ServerSocket front;
    private final Path kubeconfig;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "faulty-api-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger counted = new AtomicInteger();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile IntPredicate when = number -> false;
    private volatile String part = "";
    private volatile Fault fault = Fault.RESET;
    private volatile long awayUntil;

    FaultyApiServer(Cluster cluster, Path folder) throws IOException {
        Path errors = folder.resolve("kubectl-proxy.err");
        kubectl = new ProcessBuilder(
                        "kubectl",
                        "--kubeconfig",
                        cluster.kubeconfig().toString(),
                        "--context",
                        cluster.context(),
                        "proxy",
                        "--port=0",
                        "--reject-paths=^$")
                .redirectError(errors.toFile())
                .start();
        String line =
                new BufferedReader(new InputStreamReader(kubectl.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("kubectl proxy: " + Files.readString(errors));
        }
        upstream = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
        front = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
        kubeconfig = folder.resolve("faulty.conf");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: faulty, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: nobody, user: {}}]
                contexts: [{name: faulty, context: {cluster: faulty, user: nobody}}]
                current-context: faulty
                """.formatted(front.getLocalPort()));
        threads.execute(this::accept);
    }

    KubernetesPlatform platform(Cluster cluster) {
        return KubernetesPlatform.context("faulty").kubeconfig(kubeconfig).namespace(cluster.namespace());
    }

    /** Spoils the requests (watches are none, but for the login) whose number, counted from now, the predicate takes. */
    void spoil(Fault how, IntPredicate numbers) {
        spoil(how, "", numbers);
    }

    /** As the other; only requests that contain the part count. */
    void spoil(Fault how, String ofThose, IntPredicate numbers) {
        counted.set(0);
        part = ofThose;
        fault = how;
        when = numbers;
    }

    void heal() {
        when = number -> false;
    }

    /** Breaks every connection, and takes none for a while: a server that is killed and started again. */
    void away(Duration time) {
        awayUntil = System.nanoTime() + time.toNanos();
        breakAll();
    }

    /** Breaks every connection: watches end. */
    void breakAll() {
        open.forEach(FaultyApiServer::shut);
    }

    List<String> spoilt() {
        return seen;
    }

    @Override
    public void close() throws IOException {
        front.close();
        breakAll();
        kubectl.destroy();
        threads.shutdownNow();
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket socket = front.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try {
            if (System.nanoTime() < awayUntil) {
                return;
            }
            String head = head(client.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            String first = head.substring(0, head.indexOf('\r'));
            boolean watches = first.contains("watch=true") || first.contains("follow=true");
            boolean lapsed = fault == Fault.UNAUTHENTICATED;
            boolean spoil = (!watches || lapsed) && first.contains(part) && when.test(counted.incrementAndGet());
            if (spoil) {
                seen.add(fault + " " + first);
            }
            if (spoil && answered(client, first)) {
                return;
            }
            forward(client, head, spoil && fault == Fault.ANSWER_LOST);
        } catch (IOException e) {
            // The other side went; so does this one.
            seen.size();
        } finally {
            open.remove(client);
            shut(client);
        }
    }

    private boolean answered(Socket client, String request) throws IOException {
        switch (fault) {
            case TOO_MANY -> answer(client, "429 Too Many Requests", "Retry-After: 1\r\n");
            case SERVER_ERROR -> answer(client, "500 Internal Server Error", "");
            case UNAVAILABLE -> answer(client, "503 Service Unavailable", "");
            case UNAUTHENTICATED -> answer(client, "401 Unauthorized", "");
            case RESET -> client.setSoLinger(true, 0);
            case SLOW -> pause(Duration.ofSeconds(3));
            case ANSWER_LOST -> {
                return false;
            }
        }
        return fault != Fault.SLOW;
    }

    private static void answer(Socket client, String status, String header) throws IOException {
        String body = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"planted: "
                + status + "\",\"code\":" + status.substring(0, 3) + "}";
        client.getOutputStream()
                .write(("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + header
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
        // A body that nobody reads would reset the connection before the answer is read.
        client.shutdownOutput();
        client.setSoTimeout(200);
        try {
            client.getInputStream().readAllBytes();
        } catch (java.net.SocketTimeoutException e) {
            return;
        }
    }

    private void forward(Socket client, String head, boolean loseAnswer) throws IOException {
        try (Socket server = new Socket(InetAddress.getByName("127.0.0.1"), upstream)) {
            open.add(server);
            boolean upgrade = head.toLowerCase(java.util.Locale.ROOT).contains("\r\nupgrade: websocket");
            String sent = upgrade
                    ? head
                    : head.replaceFirst("\r\n", "\r\nConnection: close\r\n")
                            .replaceAll("(?i)\r\nConnection: keep-alive", "");
            server.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            threads.execute(() -> pipe(client, server));
            if (loseAnswer) {
                int unused = server.getInputStream().read();
                client.setSoLinger(true, 0);
            } else {
                copy(server.getInputStream(), client.getOutputStream());
            }
            open.remove(server);
        }
    }

    private void pipe(Socket from, Socket to) {
        try {
            copy(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            shut(to);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 4) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            ends = next == "\r\n\r\n".charAt(ends) ? ends + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
