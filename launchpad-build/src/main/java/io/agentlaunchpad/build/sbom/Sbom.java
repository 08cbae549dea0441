package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bill of materials of an image, CycloneDX 1.6 in JSON (ECMA-424). Immutable.
 *
 * <p>Law: the same image gives the same bytes: no time stands in it, and its serial number is made of its content.
 */
public final class Sbom {

    private final ObjectNode json;

    private Sbom(ObjectNode json) {
        this.json = json;
    }

    static Sbom of(ImageRef image, String title, List<ObjectNode> components) {
        ObjectNode json = OciJson.object();
        json.put("bomFormat", "CycloneDX");
        json.put("specVersion", "1.6");
        json.put("serialNumber", "");
        json.put("version", 1);
        ObjectNode subject = json.putObject("metadata").putObject("component");
        Components.image(subject, image, title);
        ArrayNode list = json.putArray("components");
        // Two copies of one package are one component.
        Map<String, ObjectNode> unique = new LinkedHashMap<>();
        components.forEach(one -> unique.merge(one.path("bom-ref").asText(), one, Components::merged));
        unique.values().forEach(list::add);
        json.put("serialNumber", serial(OciJson.bytes(json)));
        return new Sbom(json);
    }

    /**
     * Reads one.
     *
     * @throws BuildException if it is none in CycloneDX
     */
    public static Sbom fromJson(String text) {
        JsonNode json = OciJson.lenient(text.getBytes(StandardCharsets.UTF_8));
        if (!json.path("bomFormat").asText().equals("CycloneDX") || !(json instanceof ObjectNode object)) {
            throw new BuildException(
                    "INVALID_SBOM",
                    "The document is no bill of materials in CycloneDX.",
                    "build the image anew.",
                    null);
        }
        return new Sbom(object);
    }

    /** The document. */
    public String toJson() {
        return new String(OciJson.bytes(json), StandardCharsets.UTF_8);
    }

    /** Its number, {@code urn:uuid:…}. */
    public String serialNumber() {
        return json.path("serialNumber").asText();
    }

    /** The package URLs of everything in it, in the document's order. */
    public List<String> packages() {
        List<String> purls = new ArrayList<>();
        json.path("components").forEach(one -> {
            if (one.hasNonNull("purl")) {
                purls.add(one.path("purl").asText());
            }
        });
        return purls;
    }

    /** This one with the components of what it stands on. */
    Sbom over(Sbom below) {
        ObjectNode whole = json.deepCopy();
        ArrayNode list = whole.withArray("components");
        below.json.path("components").forEach(list::add);
        whole.put("serialNumber", "");
        whole.put("serialNumber", serial(OciJson.bytes(whole)));
        return new Sbom(whole);
    }

    /** A name-based UUID of version 8 (RFC 9562): the first bits of the content's SHA-256. */
    private static String serial(byte[] content) {
        String hex = Digests.of(content).substring("sha256:".length());
        return "urn:uuid:" + hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-8" + hex.substring(13, 16) + "-a"
                + hex.substring(17, 20) + "-" + hex.substring(20, 32);
    }

    @Override
    public String toString() {
        return "Sbom[" + json.path("metadata").path("component").path("name").asText() + ", "
                + json.path("components").size() + " components]";
    }
}
