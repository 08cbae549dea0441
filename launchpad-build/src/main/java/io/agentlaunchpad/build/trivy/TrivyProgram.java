package io.agentlaunchpad.build.trivy;

import io.agentlaunchpad.spi.WorkContext;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Trivy executable that was looked at before it was first run: its hash against the pin, its build's version against
 * those that were published with malicious code (March 2026).
 */
final class TrivyProgram {

    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Pattern VERSION = Pattern.compile("Version:\\s*v?(\\S+)");
    private static final Pattern OPTION = Pattern.compile("(?m)^\\s*(?:-\\w, )?(--[a-z][a-z-]+)");

    private final Path file;
    private final String sha256;
    private final Said said;

    private TrivyProgram(Path file, String sha256, Said said) {
        this.file = file;
        this.sha256 = sha256;
        this.said = said;
    }

    /**
     * What a program says of itself.
     *
     * @param options those of {@code image}
     * @param misconfig whether the scanner for misconfigurations has that name
     */
    record Said(String version, Set<String> options, boolean misconfig) {

        /** Whether a scan can be asked for. */
        boolean isEnough() {
            return !version.isEmpty() && options.contains("--format");
        }
    }

    Path file() {
        return file;
    }

    String sha256() {
        return sha256;
    }

    /** The options that this version knows, of those wanted. */
    List<String> known(String... wanted) {
        return Arrays.stream(wanted).filter(said.options()::contains).toList();
    }

    /** The name of the scanner for misconfigurations, which older versions call otherwise. */
    String misconfigurations() {
        return said.misconfig() ? "misconfig" : "config";
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

    /** Reads the whole file each time; starts it only if these bytes were never asked. */
    static TrivyProgram examine(
            Path file, @Nullable String pin, KeptPrograms kept, TrivyRun runs, WorkContext context) {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new NotScanned("there is no Trivy program at " + file);
        }
        TrivyFile found = TrivyFile.inspect(file, pin);
        Optional<Said> known = found.isTrivy() ? kept.find(found.sha256()) : Optional.empty();
        if (known.isPresent()) {
            TrivyFile.refuseMalicious(known.get().version(), file);
            return new TrivyProgram(file, found.sha256(), known.get());
        }
        Said said = ask(file, runs, context);
        // Had the file been replaced meanwhile, another one's words would be kept under this one's name.
        if (found.isTrivy() && TrivyFile.inspect(file, pin).equals(found)) {
            kept.keep(found.sha256(), said);
        }
        return new TrivyProgram(file, found.sha256(), said);
    }

    private static Said ask(Path file, TrivyRun runs, WorkContext context) {
        String about = runs.run(
                file, Map.of(), d -> List.of("--version"), SOON, context, (ended, d) -> ended.out() + ended.err());
        Matcher version = VERSION.matcher(about);
        if (!version.find()) {
            throw new NotScanned(file + " does not say which version of Trivy it is: " + brief(about));
        }
        TrivyFile.refuseMalicious(version.group(1), file);
        String help =
                runs.run(file, Map.of(), d -> List.of("image", "--help"), SOON, context, (ended, d) -> ended.out());
        Said said = new Said(version.group(1), options(help), saysMisconfig(help));
        if (!said.isEnough()) {
            throw new NotScanned(file + " does not list its options");
        }
        return said;
    }

    private static Set<String> options(String help) {
        return OPTION.matcher(help)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean saysMisconfig(String help) {
        return help.contains("misconfig,") || help.contains("misconfig)") || help.contains("vuln,misconfig");
    }

    static String brief(String text) {
        String one = text.strip().replaceAll("\\u001b\\[[0-9;]*m", "").replaceAll("\\s+", " ");
        return one.length() > 300 ? "…" + one.substring(one.length() - 300) : one;
    }
}
