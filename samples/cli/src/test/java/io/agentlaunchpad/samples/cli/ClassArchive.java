package io.agentlaunchpad.samples.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An archive of the classes that the command loads (JEP 350), made once beside the jar: a hundred starts take a fifth less processor
 * time by it. A JVM that cannot use it starts without.
 */
final class ClassArchive {

    private ClassArchive() {}

    /** The archive of that jar; the first of several test JVMs makes it. */
    static synchronized Path of(Path jar) {
        Path archive = jar.resolveSibling("launchpad.jsa");
        try (FileChannel channel = FileChannel.open(
                        jar.resolveSibling("launchpad.jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && isOlder(archive, jar)) {
                make(jar, archive);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOlder(Path archive, Path jar) throws IOException {
        return !Files.exists(archive)
                || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0;
    }

    /** By a launch that cluster and registry refuse: it loads most of what a launch does. */
    private static void make(Path jar, Path archive) throws IOException {
        HttpServer refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        refusing.start();
        try {
            launch(jar, archive, "127.0.0.1:" + refusing.getAddress().getPort());
        } finally {
            refusing.stop(0);
        }
    }

    private static void launch(Path jar, Path archive, String refusing) throws IOException {
        Path home = Files.createTempDirectory("launchpad-archive-");
        Path agent = Files.writeString(
                home.resolve("agent.json"), "{\"agentName\": \"ada\", \"personality\": {\"bio\": [\"Explains\"]}}");
        Path cluster = Files.writeString(home.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: none, cluster: {server: "http://%s"}}]
                contexts: [{name: none, context: {cluster: none}}]
                current-context: none
                """.formatted(refusing));
        Path fresh = archive.resolveSibling("launchpad.jsa.new");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:ArchiveClassesAtExit=" + fresh,
                        "-jar",
                        jar.toString(),
                        "launch",
                        agent.toString(),
                        "--platform",
                        "kubernetes",
                        "--image-repository",
                        refusing + "/none",
                        "--scanner",
                        "none",
                        "--home",
                        home.resolve("home").toString()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD);
        builder.environment().put("KUBECONFIG", cluster.toString());
        try {
            builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}
