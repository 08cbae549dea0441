package io.agentlaunchpad.chaos;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.project.Lock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A runtime image whose agent is a small HTTP server, so that launches take seconds. It says of itself what the exported
 * Dockerfile makes a runtime image say ({@code docs/images.md}), and is used like any runtime that was built elsewhere.
 */
final class SmallAgent {

    private SmallAgent() {}

    /** Pushes it, and returns its name with the digest. */
    static String push(Place place, Path work) throws Exception {
        Path runner = copied("tiny-agent.mjs", work.resolve("index.js"));
        Path module = Files.writeString(work.resolve("package.json"), "{\"type\":\"module\"}\n");
        String name = place.registry() + "/" + place.run() + "/small";
        String plugins = AgentSpec.named("small").bio("Small").build().effectivePlugins().stream()
                .map(plugin -> plugin.name() + "@1.0.0")
                .collect(Collectors.joining(","));
        AbsoluteUnixPath app = AbsoluteUnixPath.get("/app");
        String digest = Jib.from(RegistryImage.named(place.get("LAUNCHPAD_TEST_BASE_IMAGE")))
                .addFileEntriesLayer(FileEntriesLayer.builder()
                        .addEntry(runner, app.resolve("runner/index.js"))
                        .addEntry(module, app.resolve("package.json"))
                        .build())
                .setUser("65532:65532")
                .setWorkingDirectory(app)
                .setEntrypoint(List.of("node", "runner"))
                .setLabels(
                        Map.of("io.agentlaunchpad.plugins", plugins, "io.agentlaunchpad.runner", Lock.currentRunner()))
                .containerize(Containerizer.to(RegistryImage.named(name + ":1"))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(work.resolve("base"))
                        .setApplicationLayersCache(work.resolve("layers")))
                .getDigest()
                .toString();
        return name + "@" + digest;
    }

    private static Path copied(String resource, Path to) throws IOException {
        try (InputStream in = Objects.requireNonNull(SmallAgent.class.getResourceAsStream(resource), resource)) {
            Files.copy(in, to);
            return to;
        }
    }
}
