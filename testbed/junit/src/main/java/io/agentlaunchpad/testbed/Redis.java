package io.agentlaunchpad.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A real Redis, and a prefix for keys and channels that no other test uses; keys with it are deleted afterwards. */
public final class Redis implements AutoCloseable {

    private static final String DELETE_BY_PREFIX =
            "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end return 1";

    private final URI uri;
    private final String prefix;

    private Redis(URI uri, String prefix) {
        this.uri = uri;
        this.prefix = prefix;
    }

    static Redis open(Settings settings, String name) {
        return new Redis(URI.create(settings.get("LAUNCHPAD_TEST_REDIS")), name + ":");
    }

    /** {@code redis://host:port}. */
    public URI uri() {
        return uri;
    }

    /** Ends with a colon. */
    public String prefix() {
        return prefix;
    }

    @Override
    public void close() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort()), 5_000);
            socket.setSoTimeout(5_000);
            String request = "*4\r\n" + bulk("EVAL") + bulk(DELETE_BY_PREFIX) + bulk("0") + bulk(prefix + "*");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (!":1".equals(answer)) {
                throw new IllegalStateException("Redis did not delete the keys of " + prefix + ": " + answer);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("no answer from " + uri, failure);
        }
    }

    private static String bulk(String word) {
        return "$" + word.getBytes(StandardCharsets.UTF_8).length + "\r\n" + word + "\r\n";
    }
}
