package io.agentlaunchpad.character;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * ElizaOS' own character parser, from the published package, in one Node process for many characters.
 *
 * <p>The package is installed once per lock into LAUNCHPAD_TEST_CACHE (default {@code ~/.cache/launchpad-tests}) with the
 * person's own npm and its settings; builds that run at the same time wait for one another.
 */
final class OfficialParser {

    /** What the parser said: whether it accepts, whether its result equals the input, and its complaint. */
    record Verdict(boolean accepted, boolean unchanged, String complaint) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "parse.mjs");

    private OfficialParser() {}

    /** The verdict on each character, by the name it was given. */
    static Map<String, Verdict> parse(Map<String, String> characters) throws Exception {
        Path installed = installed();
        Path folder = Files.createTempDirectory("launchpad-characters");
        try {
            for (Map.Entry<String, String> character : characters.entrySet()) {
                Files.writeString(folder.resolve(character.getKey() + ".json"), character.getValue());
            }
            String output = run(installed, 120, "node", "parse.mjs", folder.toString());
            Map<String, Verdict> verdicts = new TreeMap<>();
            for (String line :
                    output.lines().filter(text -> text.startsWith("PARSED ")).toList()) {
                JsonNode node = JSON.readTree(line.substring("PARSED ".length()));
                verdicts.put(
                        node.get("file").asText().replaceFirst("\\.json$", ""),
                        new Verdict(
                                node.get("ok").asBoolean(),
                                node.get("unchanged").asBoolean(),
                                node.get("error").asText()));
            }
            return verdicts;
        } finally {
            delete(folder);
        }
    }

    private static Path installed() throws Exception {
        String home = System.getenv().getOrDefault("LAUNCHPAD_TEST_CACHE", "");
        Path cache =
                home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache", "launchpad-tests") : Path.of(home);
        Files.createDirectories(cache);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String file : FILES) {
            digest.update(resource(file));
        }
        String key = "character-parser-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
        Path ready = cache.resolve(key);
        try (FileChannel channel = FileChannel.open(
                        cache.resolve(key + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.isDirectory(ready)) {
                Path part = Files.createTempDirectory(cache, key + ".part");
                for (String file : FILES) {
                    Files.write(part.resolve(file), resource(file));
                }
                run(part, 600, "npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund");
                Files.move(part, ready, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return ready;
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = OfficialParser.class.getResourceAsStream("parser/" + name)) {
            if (in == null) {
                throw new IOException("No resource parser/" + name);
            }
            return in.readAllBytes();
        }
    }

    private static String run(Path directory, int seconds, String... command) throws Exception {
        Path output = Files.createTempFile("launchpad-output", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new IOException(String.join(" ", command) + " took more than " + seconds + " s");
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ":\n" + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
