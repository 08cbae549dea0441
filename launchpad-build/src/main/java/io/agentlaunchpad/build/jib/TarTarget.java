package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.internal.BuildCache;
import io.agentlaunchpad.build.internal.Turns;
import io.agentlaunchpad.build.internal.registry.Digests;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/** Images as tars in the format of {@code docker save}, each whole: base, packages, runner and agent. Jib writes them. */
final class TarTarget implements Target {

    /** Part of every hash: raise it when the same inputs must give another image. */
    private static final String VERSION = "tar 1";

    private final BuildCache cache;
    private final Projects projects;
    private final Path place;
    private final BaseImages images;
    private final TarImages tars;
    private final OwnFiles own;

    TarTarget(Registries registries, BuildCache cache, Projects projects, Path place) {
        this.tars = new TarImages(registries, cache, projects);
        this.cache = cache;
        this.projects = projects;
        this.place = place.toAbsolutePath().normalize();
        this.images = new BaseImages(registries);
        this.own = new OwnFiles(cache);
    }

    @Override
    public Artifact build(AgentSpec spec, ImageLock lock, WorkContext context) {
        SortedMap<String, byte[]> files = projects.agentFiles(spec);
        String runtime = RuntimeImages.hash(lock, projects);
        String hash = Digests.hash(VERSION, RegistryTarget.hash(spec.name(), lock.platform(), runtime, files))
                .substring(0, 32);
        return build(spec, lock, hash, files, context);
    }

    private Artifact build(
            AgentSpec spec, ImageLock lock, String hash, SortedMap<String, byte[]> files, WorkContext context) {
        String repository = Names.repository(spec.name());
        Path file = file(repository, hash);
        try (Turns.Turn turn = cache.turns().take("tar-" + hash, context)) {
            Objects.requireNonNull(turn);
            Optional<String> known = cache.kept("tars", hash);
            if (known.isPresent() && Files.isRegularFile(file) && isMarked(file, hash)) {
                own.keep(known.get(), files);
                return artifact(repository, known.get(), file);
            }
            Path pending = pending(file);
            Files.createDirectories(file.getParent());
            String digest = write(spec, lock, hash, files, pending, repository, context);
            own.keep(digest, files);
            cache.keep("tars", hash, digest, 1000);
            cache.keep("tarfiles", Digests.hash(digest), file + "\n" + hash, 1000);
            return artifact(repository, digest, pending);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private String write(
            AgentSpec spec,
            ImageLock lock,
            String hash,
            SortedMap<String, byte[]> files,
            Path pending,
            String repository,
            WorkContext context) {
        ImageRef belowRef = lock.runtime() != null ? lock.runtime() : Objects.requireNonNull(lock.base());
        BaseImages.Image below = images.resolve(belowRef, lock.platform(), context);
        try {
            TarImages.Written written =
                    tars.write(new TarImages.Order(spec, lock, hash, files, pending, repository, below), context);
            Files.writeString(sbomOf(pending), written.sbom().toJson());
            return written.digest();
        } catch (IOException e) {
            throw unusable(pending, e);
        } finally {
            cache.evict("jib", RuntimeImages.KEPT);
            cache.evict("bases", 3);
        }
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {
        context.check();
        String[] known = cache.kept("tarfiles", Digests.hash(artifact.digest()))
                .orElse("")
                .split("\n", -1);
        if (known.length != 2) {
            throw new BuildException(
                    "TAR_UNKNOWN", "No tar is known for " + artifact.digest() + ".", "build the image again.", null);
        }
        Path file = Path.of(known[0]);
        try {
            if (Files.isRegularFile(pending(file))) {
                Files.move(sbomOf(pending(file)), sbomOf(file), StandardCopyOption.REPLACE_EXISTING);
                Files.move(pending(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                mark(file, known[1]);
            } else if (!Files.isRegularFile(file)) {
                throw new IOException("the file is gone");
            }
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return own.of(artifact.digest()).orElse(List.of());
    }

    @Override
    public void discard(Artifact artifact) {
        own.forget(artifact.digest());
        cache.kept("tarfiles", Digests.hash(artifact.digest())).ifPresent(known -> {
            Path file = Path.of(known.split("\n", -1)[0]);
            BuildCache.delete(pending(file));
            BuildCache.delete(sbomOf(pending(file)));
        });
    }

    private Path file(String repository, String hash) {
        return place.getFileName().toString().endsWith(".tar")
                ? place
                : place.resolve(repository + "-" + hash + ".tar");
    }

    /** The bill of materials beside a tar. */
    private static Path sbomOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".cdx.json");
    }

    /** What {@link #publish} left beside a tar; an artifact keeps the name that its tar had before. */
    static Optional<String> sbomBeside(Path tar) {
        Path file = tar.resolveSibling(tar.getFileName().toString().replaceFirst("\\.pending$", ""));
        try {
            return Optional.of(Files.readString(sbomOf(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static Path pending(Path file) {
        return file.resolveSibling(file.getFileName() + ".pending");
    }

    /** One file name may hold another agent's image tomorrow; a note in the cache says which one it was. */
    private boolean isMarked(Path file, String hash) throws IOException {
        String now = mark(hash, Files.getLastModifiedTime(file).toMillis(), Files.size(file));
        return cache.kept("tarmarks", Digests.hash(file.toString())).equals(Optional.of(now));
    }

    private void mark(Path file, String hash) throws IOException {
        cache.keep(
                "tarmarks",
                Digests.hash(file.toString()),
                mark(hash, Files.getLastModifiedTime(file).toMillis(), Files.size(file)),
                1000);
    }

    private static String mark(String hash, long time, long size) {
        return hash + " " + time + " " + size;
    }

    private static Artifact artifact(String repository, String digest, Path file) {
        return new Artifact.Image(new ImageRef("localhost", repository, null, digest), file);
    }

    private static RuntimeException unusable(Path file, IOException e) {
        return BuildCache.isDiskFull(e)
                ? BuildCache.diskFull(file, e)
                : new BuildException(
                        "TAR_UNWRITABLE",
                        "The tar " + file + " cannot be written: " + e.getMessage() + ".",
                        "name a directory that this user may write.",
                        e);
    }
}
