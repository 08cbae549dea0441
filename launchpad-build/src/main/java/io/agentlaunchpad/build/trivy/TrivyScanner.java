package io.agentlaunchpad.build.trivy;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.DockerLogins;
import io.agentlaunchpad.build.internal.registry.Login;
import io.agentlaunchpad.build.internal.registry.Logins;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Scans images with the Trivy program, by digest in their registry or from their tar.
 *
 * <p>Laws: whatever keeps Trivy from answering (missing, crashing, hanging, printing rubbish, no vulnerability database)
 * ends in {@link ScanReport#notScanned} with the reason, never in "clean"; the program sees none of this process's
 * environment or files; what it says of an image in a registry is kept by digest, database and program: an unchanged
 * image is not scanned again, and a runtime image once for all agents on it; a scan starts the program once, and twice more
 * where its bytes are new or do not say what it is. Findings say whose layer they are in. Immutable: each setting gives a
 * new scanner. Safe for use by several threads.
 *
 * <p>Versions 0.69.4 to 0.69.6 were published with malicious code and are refused before they run, where the executable
 * says its version; {@link #sha256} refuses everything but the one you know.
 *
 * <pre>{@code
 * TrivyScanner.onPath().sha256("33f0…8ac7")
 * }</pre>
 */
public final class TrivyScanner implements ArtifactScanner {

    private static final String NAME = "trivy";

    private final Settings settings;
    private final TrivyRun runs;
    private final Registries registries;
    private final BuildCache results;
    private final Map<String, TrivyProgram> examined = new ConcurrentHashMap<>();

    /** Everything that can be set. */
    record Settings(
            @Nullable Path program,
            @Nullable String pin,
            @Nullable URI server,
            @Nullable String token,
            @Nullable Path cache,
            boolean offline,
            boolean misconfigurations,
            Duration limit,
            Set<String> plainHosts,
            @Nullable Logins logins,
            Path results) {}

    private TrivyScanner(Settings settings) {
        this.settings = settings;
        this.results = new BuildCache(settings.results);
        this.runs = new TrivyRun(settings.results.resolve("trivy-runs"));
        this.registries =
                new Registries(settings.logins == null ? new DockerLogins() : settings.logins, settings.plainHosts);
    }

    /** The {@code trivy} of the PATH, looked for when it is first needed. */
    public static TrivyScanner onPath() {
        return new TrivyScanner(new Settings(
                null,
                null,
                null,
                null,
                null,
                false,
                false,
                Duration.ofMinutes(5),
                Set.of(),
                null,
                BuildCache.ofUser()));
    }

    /** That program. */
    public static TrivyScanner at(Path program) {
        return onPath().with(program.toAbsolutePath(), null);
    }

    /**
     * Refuses a program whose SHA-256 is not this one; looked at before it runs.
     *
     * @param hex 64 hex digits
     */
    public TrivyScanner sha256(String hex) {
        String pin = hex.toLowerCase(Locale.ROOT);
        if (!pin.matches("[0-9a-f]{64}")) {
            throw new WiringException(
                    "TRIVY_PIN", "\"" + hex + "\" is no SHA-256.", "give 64 hex digits, as sha256sum prints.", null);
        }
        return with(settings.program, pin);
    }

    /**
     * Lets a Trivy server match vulnerabilities; the program here still reads the image.
     *
     * @param token what the server asks for; handed over in the environment, never as an argument
     */
    public TrivyScanner server(URI url, @Nullable String token) {
        return new TrivyScanner(new Settings(
                settings.program,
                settings.pin,
                url,
                token,
                settings.cache,
                settings.offline,
                settings.misconfigurations,
                settings.limit,
                settings.plainHosts,
                settings.logins,
                settings.results));
    }

    /** Where Trivy keeps its database and what it found in layers; its own default is not used. */
    public TrivyScanner cacheDirectory(Path directory) {
        return copy(directory, settings.offline, settings.misconfigurations, settings.limit);
    }

    /** Never updates the vulnerability database: uses what is in {@link #cacheDirectory}. */
    public TrivyScanner offline() {
        return copy(settings.cache, true, settings.misconfigurations, settings.limit);
    }

    /** Looks at configuration files in the image too. */
    public TrivyScanner withMisconfigurations() {
        return copy(settings.cache, settings.offline, true, settings.limit);
    }

    /** How long one run of the program may take; five minutes unless said. */
    public TrivyScanner within(Duration limit) {
        return copy(settings.cache, settings.offline, settings.misconfigurations, limit);
    }

    /** Where results are kept; {@code $LAUNCHPAD_CACHE/images} or {@code ~/.cache/launchpad/images}. */
    public TrivyScanner resultsDirectory(Path directory) {
        return access(settings.plainHosts, settings.logins, directory);
    }

    /** Speaks plain HTTP to a registry, as the builder does. */
    public TrivyScanner plainHttp(String host) {
        Set<String> hosts = new HashSet<>(settings.plainHosts);
        hosts.add(host);
        return access(Set.copyOf(hosts), settings.logins, settings.results);
    }

    /** A login for one registry, instead of Docker's. */
    public TrivyScanner credentials(String host, String user, String password) {
        Logins others = settings.logins == null ? new DockerLogins() : settings.logins;
        Logins logins = others.with(host, new Login(user, password));
        return access(settings.plainHosts, logins, settings.results);
    }

    private TrivyScanner with(@Nullable Path program, @Nullable String pin) {
        return new TrivyScanner(new Settings(
                program,
                pin,
                settings.server,
                settings.token,
                settings.cache,
                settings.offline,
                settings.misconfigurations,
                settings.limit,
                settings.plainHosts,
                settings.logins,
                settings.results));
    }

    private TrivyScanner copy(@Nullable Path cache, boolean offline, boolean misconfigurations, Duration limit) {
        return new TrivyScanner(new Settings(
                settings.program,
                settings.pin,
                settings.server,
                settings.token,
                cache,
                offline,
                misconfigurations,
                limit,
                settings.plainHosts,
                settings.logins,
                settings.results));
    }

    private TrivyScanner access(Set<String> plainHosts, @Nullable Logins logins, Path results) {
        return new TrivyScanner(new Settings(
                settings.program,
                settings.pin,
                settings.server,
                settings.token,
                settings.cache,
                settings.offline,
                settings.misconfigurations,
                settings.limit,
                plainHosts,
                logins,
                results));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Artifact.Kind> scans() {
        return Set.of(Artifact.Kind.IMAGE);
    }

    @Override
    public ScanReport scan(Request request, WorkContext context) {
        String digest = request.artifact().digest();
        try {
            if (!(request.artifact() instanceof Artifact.Image image)) {
                throw new NotScanned(
                        "it reads images, and this is a " + request.artifact().kind());
            }
            ImageScan.Answer answer = answer(image, context);
            return new ScanReport(
                    NAME,
                    digest,
                    null,
                    answer.findings(),
                    answer.database(),
                    context.clock().instant());
        } catch (NotScanned e) {
            return ScanReport.notScanned(NAME, digest, e.why(), context.clock().instant());
        } catch (CancelledException | DeadlineException e) {
            throw e;
        } catch (LaunchpadException e) {
            return ScanReport.notScanned(
                    NAME,
                    digest,
                    String.valueOf(e.getMessage()),
                    context.clock().instant());
        }
    }

    private ImageScan.Answer answer(Artifact.Image image, WorkContext context) {
        Path file = settings.program != null
                ? settings.program
                : TrivyProgram.onPath()
                        .orElseThrow(() -> new NotScanned(
                                "there is no trivy on the PATH. Fix: install it, or name it with TrivyScanner.at(…)"));
        String state = file + " " + file.toFile().length() + " " + file.toFile().lastModified();
        String note = Digests.hash(state).substring(0, 40);
        Path cache = settings.cache != null ? settings.cache.toAbsolutePath() : results.directory("trivy", "cache");
        KeptScans scans = new KeptScans(results, settings, cache);
        // A digest says what a registry's image is; a file may be another one tomorrow. A server's database is not
        // known.
        boolean keepable = image.tar() == null && settings.server == null;
        Optional<ImageScan.Answer> kept = results.kept("programs", note)
                .filter(sha256 -> keepable && file.toFile().isFile())
                .filter(sha256 -> settings.pin == null || settings.pin.equals(sha256))
                .flatMap(sha256 ->
                        scans.find(sha256, image.digest(), context.clock().instant()));
        if (kept.isPresent()) {
            context.progress("using the scan of " + image.digest());
            return kept.get();
        }
        TrivyProgram program = program(file, state, context);
        results.keep("programs", note, program.sha256(), 100);
        ImageScan scan = new ImageScan(settings, program, runs, registries, results, scans, cache, context);
        ImageScan.Answer answer = scan.of(image);
        if (keepable) {
            scans.keep(program.sha256(), image.digest(), answer);
        }
        return answer;
    }

    /** Looked at again whenever the file changes. */
    private TrivyProgram program(Path file, String state, WorkContext context) {
        TrivyProgram known = examined.get(state);
        if (known == null) {
            known = TrivyProgram.examine(file, settings.pin, new KeptPrograms(results), runs, context);
            examined.clear();
            examined.put(state, known);
        }
        return known;
    }

    /** Without token and logins. */
    @Override
    public String toString() {
        return "TrivyScanner[" + (settings.program == null ? "on the PATH" : settings.program)
                + (settings.server == null ? "" : ", server " + settings.server) + "]";
    }
}
