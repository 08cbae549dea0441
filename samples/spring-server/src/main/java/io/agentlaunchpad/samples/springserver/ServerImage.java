package io.agentlaunchpad.samples.springserver;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.system.ApplicationHome;

/**
 * The jar that runs, pushed as an image without Docker: {@code image TARGET [BASE]}. The base is any image with {@code java} 17 or
 * newer on its path, {@value #BASE} unless said. Logins are Docker's ({@code ~/.docker/config.json}).
 *
 * <p>Libraries of others are a layer of their own, so that a new version pushes little. The same jar gives the same digest.
 */
final class ServerImage {

    static final String BASE = "eclipse-temurin:17-jre";

    private static final String USAGE = "usage: java -jar launchpad-server.jar image HOST/REPOSITORY:TAG [BASE-IMAGE]";
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");
    private static final AbsoluteUnixPath APP = AbsoluteUnixPath.get("/app");

    private ServerImage() {}

    /** Returns the exit code: 0 pushed, 1 failed, 2 called wrongly. */
    static int run(List<String> arguments) {
        if (arguments.isEmpty() || arguments.size() > 2) {
            System.err.println(USAGE);
            return 2;
        }
        File jar = new ApplicationHome(ServerImage.class).getSource();
        if (jar == null || !jar.isFile()) {
            System.err.println(
                    "This is no packaged server. Fix: mvn -pl samples/spring-server -am package, then " + USAGE);
            return 2;
        }
        String base = arguments.size() == 2 ? arguments.get(1) : BASE;
        try {
            System.out.println(push(jar, arguments.get(0), base));
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            System.err.println(
                    "The image " + arguments.get(0) + " on " + base + " was not pushed: " + cause.getMessage()
                            + ". Fix: see that both names are right, that the registries can be reached, and that docker login was done.");
            return 1;
        }
    }

    /** The name by digest. */
    private static String push(File jar, String target, String base) throws Exception {
        Path work = Files.createTempDirectory("launchpad-server-image");
        try {
            unpack(jar, work.resolve("app"));
            Containerizer containerizer = Containerizer.to(registry(target))
                    .setBaseImageLayersCache(work.resolve("base"))
                    .setApplicationLayersCache(work.resolve("layers"))
                    // Jib has one switch for both; a plain registry of this machine must not make a distant one
                    // insecure.
                    .setAllowInsecureRegistries(loopback(target) && loopback(base))
                    .setToolName("launchpad");
            JibContainer pushed = Jib.from(registry(base))
                    .addFileEntriesLayer(layer("libraries", work, "others"))
                    .addFileEntriesLayer(layer("launchpad", work, "own", "classes"))
                    .setEntrypoint(
                            "java",
                            "-XX:MaxRAMPercentage=70",
                            "-cp",
                            "/app/classes:/app/own/*:/app/others/*",
                            Server.class.getName())
                    .setUser("65532:65532")
                    .setWorkingDirectory(APP)
                    .setExposedPorts(Set.of(Port.tcp(8080)))
                    .containerize(containerizer);
            return ImageReference.parse(target).getRegistry() + "/"
                    + ImageReference.parse(target).getRepository() + "@" + pushed.getDigest();
        } finally {
            delete(work);
        }
    }

    /** Boot's jar of jars, taken apart: a plain class path starts faster and makes two layers. */
    private static void unpack(File jar, Path app) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            for (JarEntry entry :
                    file.stream().filter(each -> !each.isDirectory()).toList()) {
                Path to = place(entry.getName(), app);
                if (to != null) {
                    Files.createDirectories(to.getParent());
                    try (InputStream in = file.getInputStream(entry)) {
                        Files.copy(in, to);
                    }
                }
            }
        }
    }

    private static @Nullable Path place(String name, Path app) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        if (name.startsWith("BOOT-INF/classes/")) {
            return app.resolve("classes").resolve(name.substring("BOOT-INF/classes/".length()));
        }
        if (name.startsWith("BOOT-INF/lib/")) {
            return app.resolve(file.startsWith("launchpad-") ? "own" : "others").resolve(file);
        }
        return null; // Boot's own loader, which a plain class path does not need
    }

    private static FileEntriesLayer layer(String name, Path work, String... folders) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (String folder : folders) {
            layer.addEntryRecursive(work.resolve("app").resolve(folder), APP.resolve(folder));
        }
        return layer.build();
    }

    private static RegistryImage registry(String name) throws Exception {
        ImageReference reference = ImageReference.parse(name);
        return RegistryImage.named(reference)
                .addCredentialRetriever(CredentialRetrieverFactory.forImage(reference, event -> {})
                        .dockerConfig());
    }

    private static boolean loopback(String name) {
        return LOOPBACK.matcher(name.substring(0, Math.max(0, name.indexOf('/'))))
                .matches();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
