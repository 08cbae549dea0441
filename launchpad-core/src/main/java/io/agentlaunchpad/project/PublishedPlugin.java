package io.agentlaunchpad.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * A plugin as its authors published it: what its manifest says and which packages its code names.
 *
 * @param manifest text of its {@code package.json}
 * @param imports package names that its code for Node imports, declared or not
 */
record PublishedPlugin(String manifest, SortedSet<String> imports) {

    /** Part of Node itself; a package of the same name is only for browsers. */
    private static final Set<String> BUILT_IN = Set.of(
            "assert",
            "async_hooks",
            "buffer",
            "child_process",
            "cluster",
            "console",
            "constants",
            "crypto",
            "dgram",
            "diagnostics_channel",
            "dns",
            "domain",
            "events",
            "fs",
            "http",
            "http2",
            "https",
            "inspector",
            "module",
            "net",
            "os",
            "path",
            "perf_hooks",
            "process",
            "punycode",
            "querystring",
            "readline",
            "repl",
            "stream",
            "string_decoder",
            "sys",
            "timers",
            "tls",
            "trace_events",
            "tty",
            "url",
            "util",
            "v8",
            "vm",
            "wasi",
            "worker_threads",
            "zlib");

    private static final int BLOCK = 512;
    private static final int LARGEST = 32 << 20;
    private static final Pattern IMPORT = Pattern.compile(
            "(?:\\bfrom\\s*|\\bimport\\s*|\\b(?:import|require|__require\\d*)\\(\\s*)[\"'`]((?:@[a-z0-9][\\w.-]*/)?[a-z0-9][\\w.-]*)[/\"'`]");
    private static final Pattern EXACT = Pattern.compile("\\d+\\.\\d+\\.\\d+([-+]\\S+)?");
    private static final Pattern NOT_FOR_NODE = Pattern.compile("(^|/)(browser|client|assets|frontend|node_modules)/");

    /**
     * Reads the archive that {@code npm pack} made. The format is POSIX tar (ustar): blocks of 512 bytes, the name at 0,
     * the size in octal at 124, the type at 156, a name's prefix at 345.
     */
    static PublishedPlugin read(Path archive) throws IOException {
        String manifest = "{}";
        TreeSet<String> imports = new TreeSet<>();
        try (InputStream tar = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (Optional<byte[]> header = block(tar); header.isPresent(); header = block(tar)) {
                String name = name(header.get());
                long size = octal(header.get(), 124, 12);
                long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
                boolean isFile = header.get()[156] == '0' || header.get()[156] == 0;
                boolean isManifest = name.equals("package/package.json");
                if (isFile && size <= LARGEST && (isManifest || isCode(name))) {
                    byte[] content = tar.readNBytes((int) size);
                    tar.skipNBytes(padded - size);
                    String text = new String(content, StandardCharsets.UTF_8);
                    if (isManifest) {
                        manifest = text;
                    } else {
                        imports.addAll(importsOf(text));
                    }
                } else {
                    tar.skipNBytes(padded);
                }
            }
        }
        return new PublishedPlugin(manifest, imports);
    }

    String version() throws IOException {
        return Json.read(manifest).path("version").asText();
    }

    /** The only version of a package that it depends on; empty where there is none, or where it leaves a choice. */
    String pinned(String dependency) throws IOException {
        String version =
                Json.read(manifest).path("dependencies").path(dependency).asText();
        return EXACT.matcher(version).matches() ? version : "";
    }

    /** Of the manifest, what tells the plugin's settings. */
    String settings() throws IOException {
        JsonNode json = Json.read(manifest);
        ObjectNode kept = Json.MAPPER.createObjectNode();
        for (String key : List.of("name", "version", "agentConfig")) {
            if (json.has(key)) {
                kept.set(key, json.get(key));
            }
        }
        return Json.compact(kept);
    }

    static SortedSet<String> importsOf(String code) {
        TreeSet<String> names = new TreeSet<>();
        Matcher matcher = IMPORT.matcher(code);
        while (matcher.find()) {
            if (!BUILT_IN.contains(matcher.group(1))) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    private static boolean isCode(String name) {
        return name.matches(".*\\.[mc]?js") && !NOT_FOR_NODE.matcher(name).find();
    }

    private static Optional<byte[]> block(InputStream tar) throws IOException {
        byte[] block = tar.readNBytes(BLOCK);
        return block.length == BLOCK && block[0] != 0 ? Optional.of(block) : Optional.empty();
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 5).equals("ustar");
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int from, int length) throws IOException {
        String digits = text(header, from, length).trim();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("Not a tar archive: size \"" + digits + "\"", e);
        }
    }
}
