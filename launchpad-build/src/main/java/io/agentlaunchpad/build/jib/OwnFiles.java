package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The files of agents' own layers, kept for scanners by the image's digest. */
final class OwnFiles {

    private static final int KEPT = 2000;

    private final BuildCache cache;

    OwnFiles(BuildCache cache) {
        this.cache = cache;
    }

    List<Path> keep(String digest, SortedMap<String, byte[]> files) {
        Path staged = cache.stage(files);
        cache.keep("own", name(digest), staged.toString(), KEPT);
        return listed(staged);
    }

    Optional<List<Path>> of(String digest) {
        return cache.kept("own", name(digest))
                .map(Path::of)
                .filter(Files::isDirectory)
                .map(OwnFiles::listed);
    }

    void forget(String digest) {
        BuildCache.delete(cache.file("own", name(digest)));
    }

    private static String name(String digest) {
        return Digests.hash(digest).substring(0, 40);
    }

    private static List<Path> listed(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
