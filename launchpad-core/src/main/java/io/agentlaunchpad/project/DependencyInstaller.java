package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.BuildException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Installs the dependencies of a lock once, with the real npm client, and hands them out ever after.
 *
 * <p>Install scripts never run; optional dependencies are left out. The result holds real files only: links are
 * copied, {@code .bin} and npm's own notes are absent, so it can be a directory here or a layer of an
 * image. Twice is once; a warm call starts no process and asks no network.
 *
 * <pre>{@code
 * try (Dependencies installed = installer.install(lock, Target.host(), Bounds.within(Duration.ofMinutes(10)))) {
 *   installed.linkInto(project);
 * }
 * }</pre>
 */
public final class DependencyInstaller {

    /** Part of every key: raise it when the same lock must install differently. */
    static final String VERSION = "1";

    /** How npm fails where what it kept of a package is older than the version in the lock, or damaged. */
    private static final Set<String> OF_WHAT_WAS_KEPT = Set.of("ETARGET", "EINTEGRITY", "ENOENT");

    private final Npm npm;
    private final DependencyCache cache;

    public DependencyInstaller(Npm npm, DependencyCache cache) {
        this.npm = npm;
        this.cache = cache;
    }

    /** The content address of a lock's dependencies for a target. */
    public static String key(Lock lock, Target target) {
        return Hash.of("installer " + VERSION, target.toString(), lock.dependencyHash())
                .substring(0, 32);
    }

    /** Whether the next {@link #install} of that lock needs neither npm nor network. */
    public boolean isInstalled(Lock lock, Target target) {
        return cache.contains(key(lock, target));
    }

    /**
     * The installed dependencies; blocks while another thread or process installs the same.
     *
     * @throws io.agentlaunchpad.error.PreflightException if npm is missing or too old, or the cache cannot be written
     * @throws io.agentlaunchpad.error.UnreachableException if the registry does not answer
     * @throws BuildException if the disk is full, or npm cannot install the lock
     * @throws io.agentlaunchpad.error.CancelledException within a second of the cancel
     * @throws io.agentlaunchpad.error.DeadlineException when the bounds' time is over
     */
    public Dependencies install(Lock lock, Target target, Bounds bounds) {
        return cache.obtain(key(lock, target), directory -> fill(directory, lock, target, bounds), bounds);
    }

    private void fill(Path directory, Lock lock, Target target, Bounds bounds) throws IOException {
        String doing = "installing " + lock.packageCount() + " npm packages";
        npm.check();
        long needed = lock.estimatedBytes();
        makeRoom(directory, needed, doing);
        bounds.tell(doing);
        for (Map.Entry<String, byte[]> file : lock.installFiles().entrySet()) {
            Path at = directory.resolve(file.getKey());
            Files.createDirectories(at.getParent());
            Files.write(at, file.getValue());
        }
        List<String> arguments = new ArrayList<>(List.of("ci"));
        arguments.addAll(ALWAYS);
        arguments.addAll(List.of("--omit=optional", "--omit=dev", "--install-links=false"));
        if (!target.equals(Target.host())) {
            arguments.add("--os=" + target.os());
            arguments.add("--cpu=" + target.cpu());
            if (target.libc() != null) {
                arguments.add("--libc=" + target.libc());
            }
        }
        arguments.addAll(npm.patience(directory, bounds));
        NpmRun.Output output = npm.run(doing, directory, with(arguments, "--prefer-offline"), bounds);
        if (output.exit() != 0 && OF_WHAT_WAS_KEPT.contains(NpmFailure.code(output.tail()))) {
            output = npm.run(doing, directory, with(arguments, "--prefer-online"), bounds);
        }
        if (output.damage().contains("ENOSPC") || NpmFailure.code(output.tail()).equals("ENOSPC")) {
            throw diskFull(directory, needed, doing, List.of(output.damage()));
        }
        Npm.expectSuccess(output, doing, "named in the lock");
        if (!output.damage().isEmpty()) {
            throw incomplete("npm reported success, but could not write a file: " + output.damage());
        }
        try {
            tidy(directory);
            verify(directory, lock);
        } catch (IOException e) {
            if (DependencyCache.isDiskFull(e)) {
                throw diskFull(directory, needed, doing, List.of());
            }
            throw e;
        }
        flush(directory, bounds);
    }

    /** What every run is told: no scripts, no reports, nothing of a person's settings that would change the result. */
    static final List<String> ALWAYS = List.of(
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-progress",
            "--no-color",
            "--loglevel=http",
            "--bin-links=false",
            "--legacy-peer-deps=false",
            "--install-strategy=hoisted",
            "--omit-lockfile-registry-resolved",
            "--strict-peer-deps=false",
            "--package-lock=true",
            "--save=true",
            "--location=project",
            "--dry-run=false",
            "--global=false",
            "--workspaces=false");

    private static List<String> with(List<String> arguments, String more) {
        List<String> all = new ArrayList<>(arguments);
        all.add(more);
        return all;
    }

    private void makeRoom(Path directory, long needed, String doing) throws IOException {
        long missing = needed - free(directory);
        if (missing > 0) {
            cache.evict(missing);
        }
        if (free(directory) < needed) {
            throw diskFull(directory, needed, doing, List.of());
        }
    }

    private BuildException diskFull(Path directory, long needed, String doing, List<String> tail) throws IOException {
        return new BuildException(
                "DISK_FULL",
                String.format(
                        Locale.ROOT,
                        "The disk of %s is full while %s: about %d MB needed, %d MB (%d bytes) free%s.",
                        cache.root(),
                        doing,
                        needed >> 20,
                        free(directory) >> 20,
                        free(directory),
                        NpmFailure.quoted(tail)),
                "free space there (and in npm's own cache, `npm config get cache`), or set LAUNCHPAD_CACHE to a directory"
                        + " on a larger disk.",
                null);
    }

    private static long free(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** Links become copies, and what only npm needs goes. */
    private static void tidy(Path directory) throws IOException {
        Path modules = directory.resolve("node_modules");
        Files.createDirectories(modules);
        Path root = directory.toRealPath();
        Files.walkFileTree(modules, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                if (dir.endsWith(".bin")) {
                    Trees.delete(dir);
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    Path real = file.toRealPath();
                    if (!real.startsWith(root)) {
                        throw new IOException("A package links out of the installation: " + file + " → " + real);
                    }
                    Files.delete(file);
                    Trees.copy(real, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Files.deleteIfExists(modules.resolve(".package-lock.json"));
    }

    /** Every package that the lock asks for stands where the lock says, in the version it says. */
    private static void verify(Path directory, Lock lock) throws IOException {
        for (Map.Entry<String, String> expected : lock.expectedPackages().entrySet()) {
            Path manifest = directory.resolve(expected.getKey()).resolve("package.json");
            String version = "";
            try {
                JsonNode json = Json.read(Files.readString(manifest));
                version = json.path("version").asText();
            } catch (NoSuchFileException | JsonProcessingException e) {
                version = "none";
            }
            if (!version.equals(expected.getValue())) {
                throw incomplete("npm reported success, but " + expected.getKey() + " has version " + version
                        + " instead of " + expected.getValue() + ".");
            }
        }
    }

    private static BuildException incomplete(String what) {
        return new BuildException("INCOMPLETE_INSTALL", what, "run `npm cache verify` and try again.", null);
    }

    /** Brings the files to the disk before the marker says that they are there; without `sync` the system decides when. */
    private static void flush(Path directory, Bounds bounds) {
        Process sync;
        try {
            sync = new ProcessBuilder("sync", "-f", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return; // Not on this system.
        }
        try {
            for (int tenths = 0; tenths < 300 && !sync.waitFor(100, TimeUnit.MILLISECONDS); tenths++) {
                bounds.check("writing the dependencies to disk");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            bounds.check("writing the dependencies to disk");
        } finally {
            sync.destroyForcibly();
        }
    }
}
