package io.agentlaunchpad.build.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.spi.WorkContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The packages of a Debian base, from dpkg's records in its layers ({@code var/lib/dpkg/status}, and {@code status.d}
 * in small images). A base without such records has none here. Read once per base and kept.
 */
final class OsPackages {

    /** The manifest of an installed package, and none of the many others that packages carry about. */
    private static final Pattern NPM = Pattern.compile("app/(node_modules/(@[^/]+/)?[^/@.][^/]*/)+package\\.json");

    private static final long LARGEST_RECORD = 32L << 20;

    private OsPackages() {}

    static List<ObjectNode> components(
            RegistryClient registry, ImageRef base, Manifest manifest, BuildCache cache, WorkContext context) {
        return kept(manifest.digest().replace(':', '-'), registry, base, manifest, cache, context);
    }

    /** With the npm packages of {@code /app/node_modules}, for images that nobody has a list of. */
    static List<ObjectNode> withNpm(
            RegistryClient registry, ImageRef image, Manifest manifest, BuildCache cache, WorkContext context) {
        return kept("npm-" + manifest.digest().replace(':', '-'), registry, image, manifest, cache, context);
    }

    private static List<ObjectNode> kept(
            String key,
            RegistryClient registry,
            ImageRef base,
            Manifest manifest,
            BuildCache cache,
            WorkContext context) {
        String text = cache.kept("os", key).orElseGet(() -> {
            String read = read(registry, base, manifest, key.startsWith("npm-"), context);
            cache.keep("os", key, read, 200);
            return read;
        });
        List<ObjectNode> components = new ArrayList<>();
        for (JsonNode one : OciJson.lenient(text.getBytes(StandardCharsets.UTF_8))) {
            components.add((ObjectNode) one);
        }
        return components;
    }

    private static String read(
            RegistryClient registry, ImageRef base, Manifest manifest, boolean npm, WorkContext context) {
        Map<String, String> records = new TreeMap<>();
        for (Manifest.Part layer : manifest.layers()) {
            context.progress("reading the package records of " + base.name(), 0, layer.size());
            registry.blob(
                    base.repository(),
                    layer.digest(),
                    in -> {
                        records.putAll(records(in, npm));
                        return true;
                    },
                    context);
        }
        String os = value(records.getOrDefault("etc/os-release", ""), "ID", "debian");
        String release = value(records.getOrDefault("etc/os-release", ""), "VERSION_ID", "");
        var all = OciJson.MAPPER.createArrayNode();
        records.forEach((path, text) -> {
            if (path.startsWith("var/lib/dpkg/")) {
                for (String stanza : text.split("\\n\\s*\\n", -1)) {
                    String name = field(stanza, "Package");
                    String version = field(stanza, "Version");
                    if (!name.isEmpty() && !version.isEmpty() && !stanza.contains("deinstall")) {
                        all.add(Components.debian(name, version, field(stanza, "Architecture"), os, release));
                    }
                }
            }
        });
        records.forEach((path, text) -> {
            if (NPM.matcher(path).matches()) {
                JsonNode manifestOf = OciJson.lenient(text.getBytes(StandardCharsets.UTF_8));
                if (manifestOf.path("name").isTextual()
                        && manifestOf.path("version").isTextual()) {
                    String at = path.substring("app/".length(), path.length() - "/package.json".length());
                    all.add(Components.npm(manifestOf, at, ""));
                }
            }
        });
        return new String(OciJson.bytes(all), StandardCharsets.UTF_8);
    }

    private static Map<String, String> records(InputStream layer, boolean npm) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(layer, 1 << 16);
        buffered.mark(4);
        int first = buffered.read();
        int second = buffered.read();
        buffered.reset();
        InputStream plain = first == 0x1f && second == 0x8b ? new GZIPInputStream(buffered, 1 << 16) : buffered;
        Map<String, String> found = new TreeMap<>();
        TarArchiveInputStream tar = new TarArchiveInputStream(plain);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String name = entry.getName().replaceFirst("^\\.?/", "");
            boolean wanted = name.equals("var/lib/dpkg/status")
                    || (name.startsWith("var/lib/dpkg/status.d/") && !name.endsWith(".md5sums"))
                    || name.equals("etc/os-release")
                    || name.equals("usr/lib/os-release")
                    || (npm && NPM.matcher(name).matches());
            if (wanted && entry.isFile() && entry.getSize() < LARGEST_RECORD) {
                found.put(
                        name.replace("usr/lib/os-release", "etc/os-release"),
                        new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    private static String field(String stanza, String name) {
        for (String line : stanza.split("\n", -1)) {
            if (line.startsWith(name + ": ")) {
                return line.substring(name.length() + 2).strip();
            }
        }
        return "";
    }

    private static String value(String osRelease, String name, String otherwise) {
        for (String line : osRelease.split("\n", -1)) {
            if (line.startsWith(name + "=")) {
                return line.substring(name.length() + 1).replace("\"", "").strip();
            }
        }
        return otherwise;
    }
}
