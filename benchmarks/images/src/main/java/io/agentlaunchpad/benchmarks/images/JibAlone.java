package io.agentlaunchpad.benchmarks.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Path;

/** What a person writes with Jib alone for the same image: the runtime by digest, and one layer. */
final class JibAlone {

    private JibAlone() {}

    static void push(String runtime, String target, Path character, Path cache) throws Exception {
        Jib.from(runtime)
                .setFormat(ImageFormat.OCI)
                .addFileEntriesLayer(FileEntriesLayer.builder()
                        .addEntry(character, AbsoluteUnixPath.get("/app/character.json"))
                        .build())
                .containerize(Containerizer.to(RegistryImage.named(target))
                        .setAllowInsecureRegistries(true)
                        .setBaseImageLayersCache(cache.resolve("base"))
                        .setApplicationLayersCache(cache.resolve("layers")));
    }
}
