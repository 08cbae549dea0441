package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** What a tar in the format of {@code docker save} says of its image. */
final class TarConfig {

    private TarConfig() {}

    static JsonNode of(Path file) throws IOException {
        Map<String, JsonNode> documents = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().endsWith(".json")) {
                    documents.put(entry.getName(), OciJson.lenient(tar.readAllBytes()));
                }
            }
        }
        return documents.get(
                documents.get("manifest.json").path(0).path("Config").asText());
    }
}
