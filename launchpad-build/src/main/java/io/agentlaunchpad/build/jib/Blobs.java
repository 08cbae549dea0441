package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Manifest;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings the parts of one image into another repository, with as few bytes on the wire as the registry allows. */
final class Blobs {

    private final Registries registries;
    private final BuildCache cache;

    Blobs(Registries registries, BuildCache cache) {
        this.registries = registries;
        this.cache = cache;
    }

    /** Every layer and, on wish, the configuration and the manifest under its digest. */
    void take(BaseImages.Image image, RegistryClient to, String repository, boolean whole, WorkContext context) {
        ImageRef from = image.ref();
        for (Manifest.Part layer : image.manifest().layers()) {
            take(from, layer, to, repository, context);
        }
        if (whole) {
            take(from, image.manifest().config(), to, repository, context);
            to.put(
                    repository,
                    image.manifest().digest(),
                    image.manifest().bytes(),
                    image.manifest().mediaType(),
                    context);
        }
    }

    private void take(ImageRef from, Manifest.Part part, RegistryClient to, String repository, WorkContext context) {
        boolean near = Registries.served(from.registry()).equals(Registries.served(to.host()));
        if (near && from.repository().equals(repository)) {
            return;
        }
        if (near && to.mount(repository, part.digest(), from.repository(), context)) {
            return;
        }
        if (to.hasBlob(repository, part.digest(), context)) {
            return;
        }
        Path file = null;
        try {
            Path folder = cache.directory("transfer", "blobs");
            file = Files.createTempFile(folder, "layer", "");
            Path copy = file;
            String what = "layer " + part.digest().substring(7, 19) + " of " + from;
            context.progress("reading " + what, 0, part.size());
            registries
                    .of(from)
                    .blob(
                            from.repository(),
                            part.digest(),
                            in -> {
                                try (OutputStream out = Files.newOutputStream(copy)) {
                                    return Digests.copy(in, out);
                                }
                            },
                            context);
            to.upload(
                    repository,
                    part.digest(),
                    Files.size(file),
                    () -> Files.newInputStream(copy),
                    sent -> context.progress("pushing " + what, sent, part.size()),
                    context);
        } catch (IOException e) {
            throw BuildCache.isDiskFull(e)
                    ? BuildCache.diskFull(cache.root(), e)
                    : new BuildException(
                            "CACHE_UNUSABLE",
                            "A file failed while taking over a layer of " + from + ": " + e.getMessage() + ".",
                            "call cacheDirectory(…) with a directory that this user may write.",
                            e);
        } finally {
            BuildCache.delete(file);
        }
    }
}
