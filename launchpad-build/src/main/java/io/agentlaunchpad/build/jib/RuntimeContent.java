package io.agentlaunchpad.build.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.Ports;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a runtime image holds: on the base, the installed packages, then the runner, then the data directory; and how it is
 * started. Nothing here depends on a clock, a host or a path.
 */
final class RuntimeContent {

    static final String APP = "/app";
    static final String DATA = "/data";
    static final String USER = "65532:65532";
    static final int PORT = 3000;

    /** Part of every hash: raise it when the same inputs must give another image. */
    private static final String VERSION = "runtime 2";

    private static final Map<String, String> ENVIRONMENT = new TreeMap<>(Map.of(
            "NODE_ENV", "production",
            "SERVER_HOST", "0.0.0.0",
            "SERVER_PORT", String.valueOf(PORT),
            "ELIZA_DATA_DIR", DATA,
            "ELIZA_UI_ENABLE", "false",
            "ELIZA_NO_AUTO_INSTALL", "true",
            "SENTRY_DSN", "off",
            "LOG_JSON_FORMAT", "true"));

    private final LayerTree.Tree modules;
    private final LayerTree.Tree files;
    private final FileEntriesLayer data;

    private RuntimeContent(LayerTree.Tree modules, LayerTree.Tree files, FileEntriesLayer data) {
        this.modules = modules;
        this.files = files;
        this.data = data;
    }

    static RuntimeContent of(BuildCache cache, SortedMap<String, byte[]> runtimeFiles, Path nodeModules) {
        Path staged = cache.stage(runtimeFiles);
        Path empty = cache.stage(new TreeMap<>());
        return new RuntimeContent(
                LayerTree.of("launchpad: packages", nodeModules, APP + "/node_modules"),
                LayerTree.of("launchpad: runner", staged, APP),
                LayerTree.emptyFolder("launchpad: data directory", empty, DATA, USER));
    }

    static String hash(ImageLock lock, Projects projects) {
        ImageRef base = Objects.requireNonNull(lock.base());
        String project = Objects.requireNonNull(lock.project());
        return Digests.hash(
                        VERSION,
                        lock.platform().toString(),
                        String.valueOf(base.digest()),
                        projects.runtimeHash(project, lock.platform()),
                        ENVIRONMENT.toString())
                .substring(0, 32);
    }

    /** Bytes of the files, before compression. */
    long bytes() {
        return modules.bytes() + files.bytes();
    }

    JibContainerBuilder image(
            JibContainerBuilder builder,
            BaseImages.Image base,
            ImageRef baseName,
            ImagePlatform platform,
            String hash,
            String plugins,
            String runner) {
        return layers(builder, List.of())
                .setFormat(ImageFormat.OCI)
                .setPlatforms(Set.of(new Platform(platform.architecture(), "linux")))
                .setLabels(labels(base, baseName, hash, plugins, runner))
                .setEntrypoint(entrypoint(base.config()));
    }

    /** The shared settings, with further layers on top. */
    JibContainerBuilder layers(JibContainerBuilder builder, List<FileEntriesLayer> more) {
        List<FileEntriesLayer> all = new ArrayList<>(List.of(modules.layer(), files.layer(), data));
        all.addAll(more);
        return builder.setFileEntriesLayers(all)
                .setCreationTime(Instant.EPOCH)
                .setEnvironment(ENVIRONMENT)
                .setUser(USER)
                .setWorkingDirectory(AbsoluteUnixPath.get(APP))
                .setVolumes(Set.of(AbsoluteUnixPath.get(DATA)))
                .setExposedPorts(Ports.parse(List.of(PORT + "/tcp")))
                .setProgramArguments(List.of());
    }

    /** Our variables that an image does not set. */
    static Map<String, String> missing(JsonNode inner) {
        Map<String, String> missing = new TreeMap<>(ENVIRONMENT);
        inner.path("Env").forEach(one -> missing.remove(name(one.asText())));
        return missing;
    }

    static Map<String, String> labels(
            BaseImages.Image base, ImageRef baseName, String hash, String plugins, String runner) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Labels.TITLE, "ElizaOS runtime");
        labels.put(Labels.BASE_NAME, baseName.name());
        labels.put(Labels.BASE_DIGEST, base.manifest().digest());
        labels.put(Labels.BASE_LAYERS, String.valueOf(base.manifest().layers().size()));
        labels.put(Labels.RUNTIME, hash);
        labels.put(Labels.PLUGINS, plugins);
        labels.put(Labels.RUNNER, runner);
        return labels;
    }

    /** The configuration with labels sorted, and variables in the base's order, then ours sorted. */
    static ObjectNode inOrder(JsonNode config, JsonNode baseConfig) {
        ObjectNode ordered = config.deepCopy();
        ObjectNode inner = ordered.withObject("/config");
        SortedMap<String, JsonNode> labels = new TreeMap<>();
        inner.path("Labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue()));
        inner.putObject("Labels").setAll(labels);
        List<String> names = new ArrayList<>();
        baseConfig.path("config").path("Env").forEach(one -> names.add(name(one.asText())));
        List<String> variables = new ArrayList<>();
        inner.path("Env").forEach(one -> variables.add(one.asText()));
        variables.sort(Comparator.comparingInt((String one) -> {
                    int at = names.indexOf(name(one));
                    return at < 0 ? Integer.MAX_VALUE : at;
                })
                .thenComparing(Comparator.naturalOrder()));
        ArrayNode sorted = inner.putArray("Env");
        variables.forEach(sorted::add);
        return ordered;
    }

    private static String name(String variable) {
        return variable.split("=", 2)[0];
    }

    /** No shell and no npm: the base's own node where its entry point names it, else the one on its path. */
    static List<String> entrypoint(JsonNode baseConfig) {
        String own = baseConfig.path("config").path("Entrypoint").path(0).asText();
        return List.of(own.endsWith("/node") ? own : "node", "runner");
    }
}
