package io.agentlaunchpad.build.trivy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.SmallTar;
import io.agentlaunchpad.build.internal.Turns;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Login;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.build.internal.registry.RuntimeBelow;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One scan of one image: its runtime's known result where there is one, and the rest anew. */
final class ImageScan {

    private static final long SMALL_LAYER = 16L << 20;

    private final TrivyScanner.Settings settings;
    private final TrivyProgram program;
    private final TrivyRun runs;
    private final Registries registries;
    private final BuildCache results;
    private final KeptScans scans;
    private final WorkContext context;
    private final Path cache;

    /** What was found, and with which knowledge. */
    record Answer(List<Finding> findings, @Nullable String database) {}

    ImageScan(
            TrivyScanner.Settings settings,
            TrivyProgram program,
            TrivyRun runs,
            Registries registries,
            BuildCache results,
            KeptScans scans,
            Path cache,
            WorkContext context) {
        this.settings = settings;
        this.program = program;
        this.runs = runs;
        this.registries = registries;
        this.results = results;
        this.context = context;
        this.scans = scans;
        this.cache = cache;
    }

    Answer of(Artifact.Image image) {
        if (image.tar() != null) {
            return tar(image.tar());
        }
        RegistryClient registry = registries.of(image.ref());
        Manifest manifest = registry.manifest(image.ref().repository(), image.digest(), context);
        JsonNode config = OciJson.lenient(
                registry.blob(image.ref().repository(), manifest.config().digest(), context));
        ImageLayers layers = ImageLayers.of(config);
        Optional<ImageRef> runtime = RuntimeBelow.of(image.ref(), config).filter(ref -> standsOn(manifest, ref));
        if (runtime.isEmpty()) {
            return whole(image.ref(), layers);
        }
        Answer below = runtime(runtime.get());
        List<Finding> all = new ArrayList<>(below.findings());
        List<Manifest.Part> parts = manifest.layers();
        all.addAll(own(registry, image.ref(), parts.get(parts.size() - 1)));
        return new Answer(all, below.database());
    }

    private boolean standsOn(Manifest image, ImageRef runtime) {
        return registries
                .of(runtime)
                .manifestIfAny(runtime.repository(), Registries.reference(runtime), context)
                .filter(found -> ImageLayers.standsOn(image, found))
                .filter(found -> image.layers().get(image.layers().size() - 1).size() < SMALL_LAYER)
                .isPresent();
    }

    /** By digest and database; asked once however many agents stand on it. */
    private Answer runtime(ImageRef runtime) {
        Optional<Answer> known = kept(runtime);
        if (known.isPresent()) {
            context.progress("using the scan of the runtime image " + runtime.digest());
            return known.get();
        }
        String turnName = "scan-" + Digests.hash(runtime.toString()).substring(0, 32);
        try (Turns.Turn turn = results.turns().take(turnName, context)) {
            Objects.requireNonNull(turn);
            Optional<Answer> meanwhile = kept(runtime);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            context.progress("scanning the runtime image " + runtime);
            RegistryClient registry = registries.of(runtime);
            Manifest manifest = registry.manifest(runtime.repository(), Registries.reference(runtime), context);
            JsonNode config = OciJson.lenient(
                    registry.blob(runtime.repository(), manifest.config().digest(), context));
            ImageLayers layers = ImageLayers.of(config);
            Answer answer = whole(runtime, layers);
            if (settings.server() == null) {
                scans.keep(program.sha256(), runtime.digest(), answer);
            }
            return answer;
        }
    }

    private Optional<Answer> kept(ImageRef runtime) {
        return settings.server() != null
                ? Optional.empty()
                : scans.find(program.sha256(), runtime.digest(), context.clock().instant());
    }

    private Answer whole(ImageRef ref, ImageLayers layers) {
        context.progress("scanning " + ref);
        List<String> what = List.of("--image-src", "remote", ref.toString());
        List<Finding> findings = run("image", what, ref, layers::of);
        return new Answer(findings, databaseAfterwards());
    }

    private Answer tar(Path tar) {
        if (!Files.isRegularFile(tar)) {
            throw new NotScanned("there is no image file " + tar);
        }
        context.progress("scanning " + tar);
        List<Finding> findings = new ArrayList<>();
        List<String> what = List.of("--input", tar.toAbsolutePath().toString());
        scan("image", what, null, report -> {
            // The tar's own configuration stands in the report.
            ImageLayers layers = ImageLayers.of(report.path("Metadata").path("ImageConfig"));
            findings.addAll(TrivyReport.findings(report, layers::of));
        });
        return new Answer(findings, databaseAfterwards());
    }

    /** The agent's own files, from the layer itself: what a builder says of them proves nothing. */
    private List<Finding> own(RegistryClient registry, ImageRef image, Manifest.Part layer) {
        byte[] tar = registry.blob(image.repository(), layer.digest(), context);
        Path folder = results.file("trivy-runs", "own-" + java.util.UUID.randomUUID());
        try {
            for (Map.Entry<String, byte[]> file : SmallTar.read(tar).entrySet()) {
                Path at = folder.resolve(file.getKey()).normalize();
                if (!at.startsWith(folder)) {
                    throw new NotScanned("the agent's layer of " + image + " has a path that leads out of it");
                }
                Files.createDirectories(Objects.requireNonNull(at.getParent()));
                Files.write(at, file.getValue());
            }
            Files.createDirectories(folder);
            return run("rootfs", List.of(folder.toString()), null, diffId -> Finding.Layer.AGENT);
        } catch (IOException e) {
            throw new NotScanned("the agent's layer of " + image + " cannot be read: " + e.getMessage());
        } finally {
            BuildCache.delete(folder);
        }
    }

    private List<Finding> run(
            String command, List<String> what, @Nullable ImageRef ref, Function<String, Finding.Layer> layerOf) {
        List<Finding> findings = new ArrayList<>();
        scan(command, what, ref, report -> findings.addAll(TrivyReport.findings(report, layerOf)));
        return findings;
    }

    private interface Reading {
        void of(JsonNode report);
    }

    private void scan(String command, List<String> what, @Nullable ImageRef ref, Reading reading) {
        Map<String, String> secrets = new TreeMap<>();
        List<String> extra = new ArrayList<>();
        if (ref != null) {
            RegistryClient registry = registries.of(ref);
            if (registry.isPlain(context)) {
                extra.add("--insecure");
            } else {
                Optional<Login> login = registry.login();
                login.ifPresent(known -> {
                    secrets.put("TRIVY_USERNAME", known.user());
                    secrets.put("TRIVY_PASSWORD", known.password());
                });
            }
        }
        if (settings.server() != null) {
            extra.addAll(List.of("--server", settings.server().toString()));
            if (settings.token() != null) {
                secrets.put("TRIVY_TOKEN", settings.token());
            }
        }
        // One at a time for each cache: since 0.66 Trivy gives up after five seconds where another one has it.
        try (Turns.Turn turn = settings.server() != null ? () -> {} : new Turns(cache).take("launchpad", context)) {
            Objects.requireNonNull(turn);
            runs.run(
                    program.file(),
                    secrets,
                    directory -> arguments(command, what, extra, directory),
                    settings.limit(),
                    context,
                    (ended, directory) -> {
                        reading.of(report(ended, directory.resolve("report.json")));
                        return ended;
                    });
        }
    }

    private List<String> arguments(String command, List<String> what, List<String> extra, Path directory) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--format", "json", "--output", directory.resolve("report.json").toString()));
        all.addAll(List.of("--cache-dir", cache.toString(), "--exit-code", "0", "--quiet"));
        all.addAll(List.of("--timeout", settings.limit().toSeconds() + "s"));
        String scanners = "vuln,secret" + (settings.misconfigurations() ? "," + program.misconfigurations() : "");
        all.addAll(List.of("--scanners", scanners));
        all.addAll(program.known("--skip-version-check", "--disable-telemetry", "--no-progress"));
        if (settings.offline()) {
            all.addAll(program.known(
                    "--offline-scan",
                    "--skip-db-update",
                    "--skip-java-db-update",
                    "--skip-check-update",
                    "--skip-policy-update"));
        }
        all.addAll(extra);
        all.addAll(what);
        return all;
    }

    private static JsonNode report(TrivyRun.Ended ended, Path file) throws IOException {
        if (ended.exit() != 0) {
            throw new NotScanned("Trivy ended with " + ended.exit() + ": "
                    + TrivyProgram.brief(ended.err().isBlank() ? ended.out() : ended.err()));
        }
        if (!Files.isRegularFile(file)) {
            throw new NotScanned("Trivy ended well and wrote no report: " + TrivyProgram.brief(ended.err()));
        }
        try {
            JsonNode report = OciJson.MAPPER.readTree(Files.readAllBytes(file));
            if (report == null || !report.isObject()) {
                throw new NotScanned("Trivy wrote something else than a report");
            }
            return report;
        } catch (JsonProcessingException e) {
            throw new NotScanned("Trivy wrote something else than a report: " + e.getOriginalMessage());
        }
    }

    /** Without a database nothing is known of vulnerabilities, whatever the report says; a server has its own. */
    private @Nullable String databaseAfterwards() {
        if (settings.server() != null) {
            return null;
        }
        return Database.in(cache)
                .map(Database::version)
                .orElseThrow(() -> new NotScanned("Trivy has no vulnerability database in " + cache
                        + ". Fix: let it download one (`trivy image --download-db-only --cache-dir " + cache + "`)"));
    }
}
