package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What Trivy notes down beside its vulnerability database ({@code db/metadata.json}); all that its command {@code version}
 * knows of it, old or new, without a start.
 *
 * @param version schema and age
 * @param nextUpdate when a newer one is expected
 * @param downloadedAt when this one came
 */
record Database(String version, Instant nextUpdate, Instant downloadedAt) {

    /** Trivy asks no sooner than an hour after the last time. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    static Optional<Database> in(Path cache) {
        Path file = cache.resolve("db").resolve("metadata.json");
        try {
            JsonNode json = OciJson.lenient(Files.readAllBytes(file));
            String updated = json.path("UpdatedAt").asText();
            return updated.isEmpty() || updated.startsWith("0001-")
                    ? Optional.empty()
                    : Optional.of(new Database(
                            json.path("Version").asText() + " of " + updated,
                            time(json.path("NextUpdate")),
                            time(json.path("DownloadedAt"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether Trivy would use it without asking for a newer one. */
    boolean isFresh(Instant now) {
        return now.isBefore(nextUpdate) || now.isBefore(downloadedAt.plus(PATIENCE));
    }

    private static Instant time(JsonNode text) {
        try {
            return OffsetDateTime.parse(text.asText()).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
