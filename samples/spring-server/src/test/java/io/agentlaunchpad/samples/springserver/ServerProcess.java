package io.agentlaunchpad.samples.springserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The jar as it is shipped, as a process of this machine; settings are variables, as in a container. */
final class ServerProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target/launchpad-server.jar").toAbsolutePath();
    private static final Duration START = Duration.ofMinutes(3);

    private final Process process;
    private final URI api;
    private final Path output;

    private ServerProcess(Process process, URI api, Path output) {
        this.process = process;
        this.api = api;
        this.output = output;
    }

    /** Starts it; {@link #awaitStart} waits. */
    static ServerProcess start(Path home, Map<String, String> settings) throws IOException {
        Files.createDirectories(home);
        int port = FreePort.any();
        Path output = Files.createTempFile(home.getParent(), home.getFileName() + "-", ".log");
        ProcessBuilder builder = java("-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", JAR.toString());
        builder.environment().putAll(settings);
        builder.environment().put("LAUNCHPAD_HOME", home.toString());
        builder.environment().put("SERVER_PORT", String.valueOf(port));
        builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ServerProcess(process, URI.create("http://127.0.0.1:" + port + "/api"), output);
    }

    /** This machine's Java with those arguments. */
    static ProcessBuilder java(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("-XX:"))
                .toList());
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }

    ServerProcess awaitStart() {
        Awaitility.await()
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> answers() || !process.isAlive());
        assertThat(process.isAlive()).as(output()).isTrue();
        return this;
    }

    URI api() {
        return api;
    }

    long pid() {
        return process.pid();
    }

    /** What it has written so far. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL: nothing is drained, nothing is given back. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the end. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("ends when asked to; %s", output())
                .isTrue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpRequest health = HttpRequest.newBuilder(URI.create(api + "/health"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HttpClient.newHttpClient()
                            .send(health, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
