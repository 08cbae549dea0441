package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.spi.WorkContext;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Trivy executable that was looked at before it was first run: its hash against the pin, its build's version against
 * those that were published with malicious code (March 2026).
 */
final class TrivyProgram {

    static final Set<String> MALICIOUS = Set.of("0.69.4", "0.69.5", "0.69.6");

    private static final Duration SOON = Duration.ofMinutes(3);
    /** How the project's own release builds set the version, as it stands in the executable. */
    private static final Pattern BUILT_AS = Pattern.compile("pkg/version(?:/app)?\\.ver=v?([0-9]+\\.[0-9]+\\.[0-9]+)");

    private static final Pattern FLAG = Pattern.compile("(?m)^\\s*(?:-\\w, )?(--[a-z][a-z-]+)");

    private final Path file;
    private final String version;
    private final String sha256;
    private final Set<String> flags;
    private final boolean saysMisconfig;

    private TrivyProgram(Path file, String version, String sha256, String help) {
        this.file = file;
        this.sha256 = sha256;
        this.version = version;
        this.flags = new TreeSet<>();
        Matcher flag = FLAG.matcher(help);
        while (flag.find()) {
            flags.add(flag.group(1));
        }
        this.saysMisconfig =
                help.contains("misconfig,") || help.contains("misconfig)") || help.contains("vuln,misconfig");
    }

    Path file() {
        return file;
    }

    String version() {
        return version;
    }

    String sha256() {
        return sha256;
    }

    /** The flags that this version knows, of those wanted. */
    List<String> known(String... wanted) {
        List<String> all = new ArrayList<>();
        for (String one : wanted) {
            if (flags.contains(one)) {
                all.add(one);
            }
        }
        return all;
    }

    /** The name of the scanner for misconfigurations, which older versions call otherwise. */
    String misconfigurations() {
        return saysMisconfig ? "misconfig" : "config";
    }

    static Optional<Path> onPath() {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, "trivy");
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    static TrivyProgram examine(Path file, @Nullable String pin, TrivyRun runs, WorkContext context) {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new NotScanned("there is no Trivy program at " + file);
        }
        String sha256 = inspect(file, pin);
        String said = runs.run(
                file, Map.of(), d -> List.of("--version"), SOON, context, (ended, d) -> ended.out() + ended.err());
        Matcher version = Pattern.compile("Version:\\s*v?(\\S+)").matcher(said);
        if (!version.find()) {
            throw new NotScanned(file + " does not say which version of Trivy it is: " + brief(said));
        }
        refuseMalicious(version.group(1), file);
        String help =
                runs.run(file, Map.of(), d -> List.of("image", "--help"), SOON, context, (ended, d) -> ended.out());
        if (!help.contains("--format")) {
            throw new NotScanned(file + " does not list its options");
        }
        return new TrivyProgram(file, version.group(1), sha256, help);
    }

    /** Version and age of its vulnerability database, or none. */
    Optional<String> database(Path cache, TrivyRun runs, WorkContext context) {
        String said = runs.run(
                file,
                Map.of(),
                d -> List.of("version", "--format", "json", "--cache-dir", cache.toString()),
                SOON,
                context,
                (ended, d) -> ended.out());
        JsonNode database =
                OciJson.lenient(said.getBytes(StandardCharsets.UTF_8)).path("VulnerabilityDB");
        String updated = database.path("UpdatedAt").asText();
        return updated.isEmpty() || updated.startsWith("0001-")
                ? Optional.empty()
                : Optional.of(database.path("Version").asText() + " of " + updated);
    }

    /** One pass over the file, before anything in it runs; its hash. */
    private static String inspect(Path file, @Nullable String pin) {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[1 << 16];
        String tail = "";
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                String text = tail + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                int from = text.indexOf("pkg/version");
                if (from >= 0) {
                    Matcher built = BUILT_AS.matcher(text.substring(from));
                    if (built.find()) {
                        refuseMalicious(built.group(1), file);
                    }
                }
                tail = text.substring(Math.max(0, text.length() - 100));
            }
        } catch (IOException e) {
            throw new NotScanned("the Trivy program at " + file + " cannot be read: " + e.getMessage());
        }
        String actual = Digests.written(digest.digest()).substring("sha256:".length());
        if (pin != null && !actual.equals(pin)) {
            throw new NotScanned("the Trivy program at " + file + " has SHA-256 " + actual + ", not the pinned " + pin
                    + ". Fix: install the version you trust, or pin its hash");
        }
        return actual;
    }

    private static void refuseMalicious(String version, Path file) {
        if (MALICIOUS.contains(version)) {
            throw new NotScanned("the Trivy program at " + file + " is version " + version
                    + ", which was published with malicious code. Fix: remove it, treat this machine's secrets as known"
                    + " to others, and install another version");
        }
    }

    static String brief(String text) {
        String one = text.strip().replaceAll("\\u001b\\[[0-9;]*m", "").replaceAll("\\s+", " ");
        return one.length() > 300 ? "…" + one.substring(one.length() - 300) : one;
    }
}
