package io.agentlaunchpad.build.jib;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.agentlaunchpad.build.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A real registry behind TLS and short-lived bearer tokens, with the token service beside it, after the distribution
 * project's pages on token and OAuth2 authentication. As a proxy ({@code CONNECT}) it also stands for Docker Hub: whatever
 * host is asked for, it answers, and its {@code library/node} is the testbed's base image.
 */
final class TokenRegistry implements AutoCloseable {

    static final String USER = "ada";
    static final String PASSWORD = "p4ssw0rd-of-ada";
    static final String REFRESH_TOKEN = "r3fresh-token-of-ada";

    private static final Pattern NAMED = Pattern.compile("/v2/(?<repository>.+?)/(manifests|blobs|tags|referrers)/.*");

    private final String upstream;
    private final String baseRepository;
    private final String baseTag;
    private final HttpsServer server;
    private final ServerSocket tunnel;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Set<String>> granted = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> uses = new ConcurrentHashMap<>();
    private final List<String> tokenRequests = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Path trustStore;
    private final Object login = new Object();
    private String password = PASSWORD;
    private Runnable tokenGiven = () -> {};

    /**
     * @param directory from {@link #certify}
     * @param usesOfAToken after so many requests it has expired
     */
    TokenRegistry(String upstream, String baseImage, Path directory, int usesOfAToken) throws Exception {
        this.upstream = upstream;
        String base = baseImage.substring(baseImage.indexOf('/') + 1);
        this.baseRepository = base.substring(0, base.lastIndexOf(':'));
        this.baseTag = base.substring(base.lastIndexOf(':') + 1);
        this.trustStore = directory.resolve("trust.p12");
        KeyStore keys = KeyStore.getInstance(directory.resolve("keys.p12").toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        InetAddress here = InetAddress.getByName("127.0.0.1");
        server = HttpsServer.create(new InetSocketAddress(here, 0), 200);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/token", this::token);
        server.createContext("/v2/", exchange -> registry(exchange, usesOfAToken));
        server.start();
        tunnel = new ServerSocket(0, 200, here);
        threads.execute(this::tunnels);
    }

    /** Makes what the constructor reads: a key, and a trust store with its certificate. */
    static void certify(Path directory) throws Exception {
        Files.createDirectories(directory);
        keytool(
                directory,
                "-genkeypair -alias s -keyalg EC -dname CN=test -validity 30 -storetype PKCS12 -keystore keys.p12"
                        + " -storepass changeit -ext san=ip:127.0.0.1,dns:registry-1.docker.io,dns:auth.docker.io");
        keytool(directory, "-exportcert -alias s -keystore keys.p12 -storepass changeit -file cert.der");
        keytool(
                directory,
                "-importcert -noprompt -alias s -file cert.der -storetype PKCS12 -keystore trust.p12 -storepass changeit");
    }

    private static void keytool(Path directory, String words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(ForkedBuild.THIS_JAVA.resolve("bin/keytool").toString()));
        command.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(said);
        }
    }

    /** As it stands in names of images. */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Options for a Java that trusts it. */
    List<String> trust() {
        return List.of("-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStorePassword=changeit");
    }

    /** Options for a Java whose way to any other host leads here. */
    List<String> trustAndProxy() {
        List<String> options = new ArrayList<>(trust());
        options.add("-Dhttps.proxyHost=127.0.0.1");
        options.add("-Dhttps.proxyPort=" + tunnel.getLocalPort());
        return options;
    }

    /** How each token was asked for: {@code basic}, {@code refresh_token} or {@code anonymous}, and the scopes. */
    List<String> tokenRequests() {
        return tokenRequests;
    }

    /** {@code METHOD path} of what came with a good token. */
    List<String> requests() {
        return requests;
    }

    /** After so many more tokens the password is another one, which that file holds. */
    void endPasswordAfter(int tokens, Path file) {
        AtomicInteger given = new AtomicInteger();
        synchronized (login) {
            tokenGiven = () -> {
                if (given.incrementAndGet() == tokens) {
                    password = "n3xt-password-of-ada";
                    try {
                        // Whole at every moment: somebody may be reading it.
                        Path draft = Files.writeString(file.resolveSibling(file.getFileName() + ".draft"), password);
                        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean post = exchange.getRequestMethod().equals("POST");
        List<String> scopes = values(post ? body : query, "scope");
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String how = post ? "refresh_token" : authorization == null ? "anonymous" : "basic";
        tokenRequests.add(how + " " + scopes);
        boolean known;
        // Who is refused because the password has changed finds the next one in its file.
        synchronized (login) {
            known = post
                    ? values(body, "refresh_token").contains(REFRESH_TOKEN)
                    : authorization == null
                            || authorization.equals(
                                    "Basic " + Base64.getEncoder().encodeToString((USER + ":" + password).getBytes()));
            if (known) {
                tokenGiven.run();
            }
        }
        if (!known) {
            answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"wrong login\"}]}");
            return;
        }
        Set<String> grants = new TreeSet<>();
        for (String scope : scopes) {
            String[] parts = scope.split(":", 3);
            if (parts.length == 3) {
                // Strangers may read the public image, and nothing else.
                boolean open = parts[1].equals("library/node");
                for (String action : parts[2].split(",", -1)) {
                    if (!how.equals("anonymous") || (open && action.equals("pull"))) {
                        grants.add(parts[1] + ":" + action);
                    }
                }
            }
        }
        String token = UUID.randomUUID().toString();
        granted.put(token, grants);
        uses.put(token, new AtomicInteger());
        answer(exchange, 200, "{\"" + (post ? "access_token" : "token") + "\":\"" + token + "\",\"expires_in\":60}");
    }

    private static List<String> values(String form, String name) {
        List<String> values = new ArrayList<>();
        for (String pair : form.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2 && parts[0].equals(name)) {
                values.addAll(List.of(
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8).split(" ", -1)));
            }
        }
        return values;
    }

    private void registry(HttpExchange exchange, int usesOfAToken) throws IOException {
        String path = exchange.getRequestURI().toString();
        Matcher named = NAMED.matcher(exchange.getRequestURI().getPath());
        String repository = named.matches() ? named.group("repository") : "";
        boolean reads = Set.of("GET", "HEAD").contains(exchange.getRequestMethod());
        String needed = repository + ":" + (reads ? "pull" : "push");
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String token = authorization.replaceFirst("^Bearer ", "");
        boolean may = granted.containsKey(token)
                && (repository.isEmpty() || granted.get(token).contains(needed))
                && uses.get(token).incrementAndGet() <= usesOfAToken;
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!may) {
                String scope = repository.isEmpty()
                        ? ""
                        : ",scope=\"repository:" + repository + ":" + (reads ? "pull" : "pull,push") + "\"";
                exchange.getResponseHeaders()
                        .add(
                                "WWW-Authenticate",
                                "Bearer realm=\"https://" + host() + "/token\",service=\"test\"" + scope);
                answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"token needed\"}]}");
                return;
            }
            requests.add(exchange.getRequestMethod() + " " + path);
            String real = path.replace(
                            "/v2/library/node/manifests/24-bookworm-slim", "/v2/library/node/manifests/" + baseTag)
                    .replace("/v2/library/node/", "/v2/" + baseRepository + "/");
            FaultProxy.forward(
                    client,
                    upstream,
                    real,
                    body,
                    exchange,
                    Map.of(
                            "X-Forwarded-Host",
                            exchange.getRequestHeaders().getFirst("Host"),
                            "X-Forwarded-Proto",
                            "https"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private void tunnels() {
        while (!tunnel.isClosed()) {
            try {
                Socket socket = tunnel.accept();
                threads.execute(() -> tunnel(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** {@code CONNECT anything} leads to the server above. */
    private void tunnel(Socket socket) {
        try (socket;
                Socket inner = new Socket(
                        server.getAddress().getAddress(), server.getAddress().getPort())) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int one = socket.getInputStream().read();
                if (one < 0) {
                    return;
                }
                head.append((char) one);
            }
            socket.getOutputStream().write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes());
            threads.execute(() -> {
                try {
                    inner.getInputStream().transferTo(socket.getOutputStream());
                    socket.shutdownOutput();
                } catch (IOException e) {
                    // One side is gone, and so is the other now.
                }
            });
            socket.getInputStream().transferTo(inner.getOutputStream());
        } catch (IOException e) {
            // As above.
        }
    }

    @Override
    public void close() throws IOException {
        tunnel.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
