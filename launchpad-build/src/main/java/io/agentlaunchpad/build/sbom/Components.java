package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.registry.OciJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Components of CycloneDX documents; package URLs after the purl specification. */
final class Components {

    /** SPDX identifiers that npm packages use; any other licence is given by name, since the schema lists its ids. */
    private static final Set<String> SPDX = Set.of(
            "0BSD",
            "AFL-2.1",
            "Apache-2.0",
            "Artistic-2.0",
            "BlueOak-1.0.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSL-1.0",
            "CC-BY-3.0",
            "CC-BY-4.0",
            "CC0-1.0",
            "ISC",
            "LGPL-2.1-only",
            "LGPL-3.0-only",
            "LGPL-3.0-or-later",
            "GPL-3.0-only",
            "AGPL-3.0-only",
            "MIT",
            "MIT-0",
            "MPL-2.0",
            "PostgreSQL",
            "Python-2.0",
            "Unlicense",
            "WTFPL",
            "Zlib",
            "OFL-1.1");

    private static final Map<String, String> ALGORITHMS =
            Map.of("sha512", "SHA-512", "sha384", "SHA-384", "sha256", "SHA-256", "sha1", "SHA-1");

    private Components() {}

    static void image(ObjectNode into, ImageRef image, String title) {
        String purl = ociPurl(image);
        into.put("type", "container");
        into.put("bom-ref", purl);
        into.put("name", title);
        into.put("version", String.valueOf(image.digest()));
        into.put("purl", purl);
    }

    /** An image below, whose own bill says the rest. */
    static ObjectNode imageBelow(ImageRef image, String title, String serial) {
        ObjectNode component = OciJson.object();
        image(component, image, title);
        if (!serial.isEmpty()) {
            ObjectNode reference = component.putArray("externalReferences").addObject();
            reference.put("type", "bom");
            reference.put("url", serial.replaceFirst("^urn:uuid:", "urn:cdx:") + "/1");
        }
        return component;
    }

    static ObjectNode file(String path, String sha256) {
        ObjectNode component = OciJson.object();
        component.put("type", "file");
        component.put("bom-ref", "file:" + path);
        component.put("name", path);
        hash(component, "SHA-256", sha256);
        return component;
    }

    /**
     * An installed npm package.
     *
     * @param manifest its package.json
     * @param path its directory below the project
     * @param integrity as a lockfile writes it, or empty
     */
    static ObjectNode npm(JsonNode manifest, String path, String integrity) {
        String name = manifest.path("name").asText();
        String version = manifest.path("version").asText();
        String purl = "pkg:npm/" + encoded(name).replace("%2F", "/") + "@" + encoded(version);
        ObjectNode component = OciJson.object();
        component.put("type", "library");
        component.put("bom-ref", purl);
        int slash = name.indexOf('/');
        if (slash > 0) {
            component.put("group", name.substring(0, slash));
        }
        component.put("name", name.substring(slash + 1));
        component.put("version", version);
        int dash = integrity.indexOf('-');
        String algorithm = dash < 0 ? null : ALGORITHMS.get(integrity.substring(0, dash));
        if (algorithm != null) {
            byte[] sum =
                    Base64.getDecoder().decode(integrity.substring(dash + 1).split("[ ?]", 2)[0]);
            hash(component, algorithm, HexFormat.of().formatHex(sum));
        }
        licence(component, licenceOf(manifest));
        component.put("purl", purl);
        component
                .putArray("properties")
                .addObject()
                .put("name", "io.agentlaunchpad:path")
                .put("value", path);
        return component;
    }

    static ObjectNode debian(String name, String version, String architecture, String os, String release) {
        String purl = "pkg:deb/" + encoded(os) + "/" + encoded(name) + "@" + encoded(version) + "?arch="
                + encoded(architecture) + "&distro=" + encoded(os + "-" + release);
        ObjectNode component = OciJson.object();
        component.put("type", "library");
        component.put("bom-ref", purl);
        component.put("name", name);
        component.put("version", version);
        component.put("purl", purl);
        return component;
    }

    /** The second copy adds where it stands, and its hash where the first has none. */
    static ObjectNode merged(ObjectNode first, ObjectNode second) {
        second.path("properties")
                .forEach(property -> first.withArray("properties").add(property));
        if (!first.has("hashes") && second.has("hashes")) {
            first.set("hashes", second.get("hashes"));
        }
        return first;
    }

    private static void hash(ObjectNode component, String algorithm, String hex) {
        component.putArray("hashes").addObject().put("alg", algorithm).put("content", hex);
    }

    private static String licenceOf(JsonNode manifest) {
        JsonNode licence = manifest.path("license");
        if (licence.isTextual()) {
            return licence.asText().strip();
        }
        if (licence.isObject()) {
            return licence.path("type").asText();
        }
        return manifest.path("licenses").path(0).path("type").asText();
    }

    private static void licence(ObjectNode component, String licence) {
        if (licence.isEmpty()) {
            return;
        }
        ObjectNode entry = component.putArray("licenses").addObject();
        if (SPDX.contains(licence)) {
            entry.putObject("license").put("id", licence);
        } else if (licence.contains(" OR ") || licence.contains(" AND ")) {
            entry.put("expression", licence);
        } else {
            entry.putObject("license").put("name", licence);
        }
    }

    private static String ociPurl(ImageRef image) {
        String repository = image.repository();
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        return "pkg:oci/" + encoded(name) + "@" + encoded(String.valueOf(image.digest())) + "?repository_url="
                + encoded(image.name()).replace("%2F", "/");
    }

    private static String encoded(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ".-_~".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }
}
