package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What programs said of themselves, by the SHA-256 of their bytes, which would say it again: asking costs two starts,
 * and a start up to seconds. A help, never a need: what is missing, broken or cannot be written is asked again.
 */
final class KeptPrograms {

    /** The number is the format's: another one finds nothing of this one's. */
    private static final String PART = "trivy-programs-1";

    private static final int KEPT = 100;

    private final BuildCache results;

    KeptPrograms(BuildCache results) {
        this.results = results;
    }

    Optional<TrivyProgram.Said> find(String sha256) {
        return results.kept(PART, sha256).map(KeptPrograms::read).filter(TrivyProgram.Said::isEnough);
    }

    void keep(String sha256, TrivyProgram.Said said) {
        try {
            results.keep(PART, sha256, written(said), KEPT);
        } catch (BuildException e) {
            // The next one asks again.
        }
    }

    private static String written(TrivyProgram.Said said) {
        ObjectNode json = OciJson.object().put("version", said.version()).put("misconfig", said.misconfig());
        said.options().forEach(json.putArray("options")::add);
        return new String(OciJson.bytes(json), StandardCharsets.UTF_8);
    }

    private static TrivyProgram.Said read(String text) {
        JsonNode json = OciJson.lenient(text.getBytes(StandardCharsets.UTF_8));
        Set<String> options = new TreeSet<>();
        json.path("options").forEach(one -> options.add(one.asText()));
        return new TrivyProgram.Said(
                json.path("version").asText(), options, json.path("misconfig").asBoolean());
    }
}
