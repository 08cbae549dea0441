package io.agentlaunchpad.project;

import io.agentlaunchpad.agent.Secrets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds keys where none may stand: by the shapes that keys have, and by an agent's own secret values, also in Base64,
 * URL-encoded or JSON-escaped.
 *
 * <p>Pure over files: nothing is written, no symbolic link is followed, memory stays at some hundred kilobytes however
 * large a file is. Values shorter than {@value SecretNeedles#SHORTEST} characters are not looked for: they are words.
 *
 * <pre>{@code
 * List<SecretLeaks.Leak> leaks = SecretLeaks.of(secrets).in(project.files());
 * }</pre>
 */
public final class SecretLeaks {

    private final SecretNeedles needles;
    private final boolean dependenciesToo;

    /**
     * A key in a file.
     *
     * @param path the file, relative to what was searched
     * @param line counted from 1
     * @param rule what kind of key, or whose
     * @param excerpt the words before it, and its length; never the value
     */
    public record Leak(String path, int line, String rule, String excerpt) {

        @Override
        public String toString() {
            return path + ":" + line + ": " + rule + ": " + excerpt;
        }
    }

    private SecretLeaks(SecretNeedles needles, boolean dependenciesToo) {
        this.needles = needles;
        this.dependenciesToo = dependenciesToo;
    }

    /** Looks for the usual shapes alone. */
    public static SecretLeaks byShape() {
        return of(Secrets.none());
    }

    /** Looks for the usual shapes and for these values. */
    public static SecretLeaks of(Secrets secrets) {
        return new SecretLeaks(SecretNeedles.of(secrets), false);
    }

    /** The same, but {@code node_modules} is searched too: slower, and test keys in published packages are found. */
    public SecretLeaks includingDependencies() {
        return new SecretLeaks(needles, true);
    }

    /** Leaks in files given as bytes by path, in the order of their paths. */
    public List<Leak> in(Map<String, byte[]> files) {
        List<Leak> leaks = new ArrayList<>();
        new TreeMap<>(files).forEach((path, content) -> {
            if (dependenciesToo || !isDependency(path)) {
                try {
                    leaks.addAll(in(path, new ByteArrayInputStream(content)));
                } catch (IOException e) {
                    throw new UncheckedIOException("Reading bytes in memory cannot fail", e);
                }
            }
        });
        return leaks;
    }

    /**
     * Leaks in the files of a directory, in the order of their paths.
     *
     * @throws IOException if a file cannot be read: what was not read is not clean
     */
    public List<Leak> in(Path directory) throws IOException {
        List<Leak> leaks = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                return !dependenciesToo && dir.endsWith("node_modules")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    try (InputStream content = Files.newInputStream(file)) {
                        leaks.addAll(in(directory.relativize(file).toString(), content));
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        leaks.sort(Comparator.comparing(Leak::path).thenComparing(Leak::line));
        return leaks;
    }

    /** Leaks in one stream, which is read to its end and not closed. */
    public List<Leak> in(String path, InputStream content) throws IOException {
        return new SecretSearch(path, needles).run(content);
    }

    private static boolean isDependency(String path) {
        return path.startsWith("node_modules/") || path.contains("/node_modules/");
    }
}
