package io.agentlaunchpad.samples.springserver;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An image with Java, for machines that cannot fetch one: the running JDK's own modules by jlink, and the system libraries that
 * {@code ldd} names.
 */
final class JavaBaseImage {

    /** What Spring and the libraries of this server ask for; java.desktop for java.beans. */
    private static final String MODULES =
            "java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,"
                    + "java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.management,"
                    + "jdk.net,jdk.unsupported,jdk.zipfs";

    private static final Pattern LIBRARY = Pattern.compile("(/\\S+)\\s+\\(0x");

    private JavaBaseImage() {}

    /** Pushes it, and returns the name. */
    static String push(String name, Path work) throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        Path java = work.resolve("java");
        run(
                home.resolve("bin/jlink").toString(),
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--output",
                java.toString());
        Path authorities = home.resolve("lib/security/cacerts");
        Files.deleteIfExists(java.resolve("lib/security/cacerts"));
        Files.copy(authorities.toRealPath(), java.resolve("lib/security/cacerts"));

        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("java");
        FilePermissions all = FilePermissions.fromOctalString("755");
        layer.addEntryRecursive(java, AbsoluteUnixPath.get("/opt/java"), (file, there) -> all);
        for (Path library : libraries(java)) {
            layer.addEntry(library.toRealPath(), AbsoluteUnixPath.fromPath(library), all);
        }
        Jib.fromScratch()
                .addFileEntriesLayer(layer.build())
                // As the servers outside of pods: it ends before the second compiler has earned its processor time.
                .setEnvironment(Map.of("PATH", "/opt/java/bin", "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1"))
                .containerize(Containerizer.to(RegistryImage.named(name))
                        .setApplicationLayersCache(work.resolve("layers"))
                        .setBaseImageLayersCache(work.resolve("base"))
                        .setAllowInsecureRegistries(true));
        return name;
    }

    private static TreeSet<Path> libraries(Path java) throws Exception {
        TreeSet<Path> libraries = new TreeSet<>();
        List<Path> programs;
        try (Stream<Path> files = Files.walk(java)) {
            programs = files.filter(
                            file -> file.endsWith("bin/java") || file.toString().endsWith(".so"))
                    .filter(file ->
                            !file.toString().matches(".*/lib(awt|jawt|splash|font|jsound|mlib|lcms|javajpeg).*"))
                    .toList();
        }
        for (Path program : programs) {
            LIBRARY.matcher(run("ldd", program.toString()))
                    .results()
                    .map(found -> Path.of(found.group(1)))
                    .filter(library -> !library.startsWith(java))
                    .forEach(libraries::add);
        }
        return libraries;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
