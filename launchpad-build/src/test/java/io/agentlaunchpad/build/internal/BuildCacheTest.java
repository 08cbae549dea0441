package io.agentlaunchpad.build.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {

    @TempDir
    private Path temp;

    private static TreeMap<String, byte[]> file(String content) {
        return new TreeMap<>(java.util.Map.of("a/b.txt", content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theLeastRecentlyUsedGoAndWhatIsYoungStays() throws Exception {
        BuildCache cache = new BuildCache(temp);
        for (int i = 0; i < 10; i++) {
            Path one = cache.directory("part", "entry-" + i);
            Files.setLastModifiedTime(one, FileTime.from(Instant.now().minus(Duration.ofHours(20 - i))));
        }
        cache.directory("part", "young");
        cache.evict("part", 4);
        try (Stream<Path> left = Files.list(temp.resolve("part"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("entry-7", "entry-8", "entry-9", "young");
        }
    }

    @Test
    void aStagedDirectoryIsNamedByItsContentAndOneForAll() {
        BuildCache cache = new BuildCache(temp);
        List<CompletableFuture<Path>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(CompletableFuture.supplyAsync(() -> cache.stage(file("same"))));
        }
        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(cache.stage(file("other"))).isNotEqualTo(all.get(0).join());
    }

    @Test
    void evictingWhileOthersUseTheEntriesHarmsNobody() {
        BuildCache cache = new BuildCache(temp);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name = "entry-" + i;
            all.add(CompletableFuture.runAsync(() -> {
                cache.directory("part", name);
                cache.evict("part", 1000);
            }));
        }
        all.forEach(CompletableFuture::join);
        assertThat(temp.resolve("part")).isDirectory();
    }
}
