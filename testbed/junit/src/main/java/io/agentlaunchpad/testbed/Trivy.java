package io.agentlaunchpad.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The real Trivy program, with a cache folder that no other scan locks and that holds a vulnerability database. */
public final class Trivy implements AutoCloseable {

    private final Path program;
    private final Path cache;
    private final String vulnerableImage;
    private final String cleanImage;

    private Trivy(Path program, Path cache, String vulnerableImage, String cleanImage) {
        this.program = program;
        this.cache = cache;
        this.vulnerableImage = vulnerableImage;
        this.cleanImage = cleanImage;
    }

    static Trivy open(Settings settings) {
        Path database = Path.of(settings.get("LAUNCHPAD_TEST_TRIVY_CACHE")).resolve("db");
        try {
            Path cache = Files.createTempDirectory("testbed-trivy");
            Files.createDirectory(cache.resolve("db"));
            for (String name : List.of("trivy.db", "metadata.json")) {
                Files.copy(database.resolve(name), cache.resolve("db").resolve(name));
            }
            return new Trivy(
                    Path.of(settings.get("LAUNCHPAD_TEST_TRIVY")),
                    cache,
                    settings.get("LAUNCHPAD_TEST_VULNERABLE_IMAGE"),
                    settings.get("LAUNCHPAD_TEST_CLEAN_IMAGE"));
        } catch (IOException failure) {
            throw new UncheckedIOException("could not copy the vulnerability database in " + database, failure);
        }
    }

    /** The program to start. */
    public Path program() {
        return program;
    }

    /** What to pass as {@code --cache-dir}; the database is in {@code db/}. */
    public Path cache() {
        return cache;
    }

    /** An image with CVE-2021-44906 (CRITICAL, npm minimist 1.2.5) and CVE-2023-4863 (HIGH, Debian libwebp7), and no others. */
    public String vulnerableImage() {
        return vulnerableImage;
    }

    /** The same image with the repaired versions of both packages. */
    public String cleanImage() {
        return cleanImage;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("could not remove " + cache, failure);
        }
    }
}
