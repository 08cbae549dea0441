package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found in images, by the image's digest, the program's hash and the vulnerability database: an answer that the
 * same program with the same knowledge would give again. Finding one starts no program and asks nobody.
 */
final class KeptScans {

    private static final int KEPT = 2000;

    private final BuildCache results;
    private final boolean misconfigurations;
    private final boolean offline;
    private final Path cache;

    KeptScans(BuildCache results, TrivyScanner.Settings settings, Path cache) {
        this.results = results;
        this.misconfigurations = settings.misconfigurations();
        this.offline = settings.offline();
        this.cache = cache;
    }

    /** What is known of an image, while Trivy would not fetch a newer database. */
    Optional<ImageScan.Answer> find(String program, @Nullable String digest, java.time.Instant now) {
        return Database.in(cache)
                .filter(database -> offline || database.isFresh(now))
                .flatMap(database -> results.kept("scans", key(program, digest, database)))
                .map(KeptScans::read);
    }

    void keep(String program, @Nullable String digest, ImageScan.Answer answer) {
        if (answer.database() != null) {
            Database.in(cache)
                    .ifPresent(
                            database -> results.keep("scans", key(program, digest, database), written(answer), KEPT));
        }
    }

    private String key(String program, @Nullable String digest, Database database) {
        return Digests.hash(
                        "scan 1",
                        String.valueOf(digest),
                        database.version(),
                        program,
                        String.valueOf(misconfigurations))
                .substring(0, 40);
    }

    private static String written(ImageScan.Answer answer) {
        ObjectNode whole = OciJson.object();
        whole.put("database", answer.database());
        ArrayNode all = whole.putArray("findings");
        for (Finding one : answer.findings()) {
            ObjectNode json = all.addObject();
            json.put("id", one.id())
                    .put("kind", one.kind().name())
                    .put("severity", one.severity().name());
            json.put("layer", one.layer().name()).put("where", one.where()).put("title", one.title());
            json.put("fixedIn", one.fixedIn());
        }
        return new String(OciJson.bytes(whole), StandardCharsets.UTF_8);
    }

    private static ImageScan.Answer read(String text) {
        JsonNode whole = OciJson.lenient(text.getBytes(StandardCharsets.UTF_8));
        List<Finding> findings = new ArrayList<>();
        for (JsonNode json : whole.path("findings")) {
            findings.add(new Finding(
                    json.path("id").asText(),
                    Finding.Kind.valueOf(json.path("kind").asText()),
                    Severity.valueOf(json.path("severity").asText()),
                    Finding.Layer.valueOf(json.path("layer").asText()),
                    json.path("where").asText(),
                    json.path("title").asText(),
                    json.hasNonNull("fixedIn") ? json.path("fixedIn").asText() : null));
        }
        return new ImageScan.Answer(findings, whole.path("database").asText());
    }
}
