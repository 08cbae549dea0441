package io.agentlaunchpad.project;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The embedded database as every agent finds it at its first start, made once for each version of PGlite. The runner copies it
 * in a tenth of the time that PGlite takes to make one.
 *
 * <p>A gain of time and nothing else: where there is none, because it could not be made or was evicted from the cache, PGlite
 * makes its own as ever. It belongs to this machine; no image holds it, since no two are the same byte for byte. Safe for
 * use by many threads and processes.
 */
public final class EmptyDatabase {

    /** Part of every key: raise it when the same PGlite must make another database. */
    private static final String VERSION = "empty database 2";

    /** The link in a project directory that the runner looks for. */
    private static final String LINK = "empty-database";

    private static final String PGLITE = "@electric-sql/pglite";

    private final Npm npm;
    private final DependencyCache cache;

    /** Made with that Node.js, kept in that cache. */
    public EmptyDatabase(Npm npm, DependencyCache cache) {
        this.npm = npm;
        this.cache = cache;
    }

    /**
     * Puts a link to it into a project directory; makes it first where this is the first project with that PGlite. Only told,
     * never thrown, where it cannot be made.
     *
     * @throws io.agentlaunchpad.error.CancelledException within a second of the cancel
     * @throws io.agentlaunchpad.error.DeadlineException when the bounds' time is over
     */
    public void linkInto(Path project, Dependencies dependencies, Bounds bounds) {
        Path pglite = dependencies.nodeModules().resolve(PGLITE);
        try {
            String version = Json.read(Files.readString(pglite.resolve("package.json")))
                    .path("version")
                    .asText();
            String key = Hash.of(VERSION, version).substring(0, 32);
            try (Dependencies made = cache.obtain(key, directory -> make(pglite, directory, bounds), bounds)) {
                Path link = project.resolve(LINK);
                if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(link, made.directory().resolve(LINK));
                }
            }
        } catch (IOException | BuildException | PreflightException e) {
            bounds.tell("no empty database at hand, the agent makes its own: " + e.getMessage());
        }
    }

    private void make(Path pglite, Path directory, Bounds bounds) throws IOException {
        String doing = "preparing an empty database";
        bounds.tell(doing);
        NpmRun.Output output = npm.node(
                doing,
                directory,
                List.of(
                        "--input-type=module",
                        "--eval",
                        ProjectResources.text("empty-database.mjs"),
                        "--",
                        pglite.toString(),
                        directory.resolve(LINK).toString()),
                bounds);
        if (output.exit() != 0) {
            throw new IOException("PGlite ended with " + output.exit() + NpmFailure.quoted(output.tail()));
        }
    }
}
