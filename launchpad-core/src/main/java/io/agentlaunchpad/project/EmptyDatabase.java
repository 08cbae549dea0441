package io.agentlaunchpad.project;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.PreflightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The embedded database as every agent's first start would make it: PGlite's files and the tables that ElizaOS runs on, without a
 * row of anybody's. Made once for each version of the two; the runner copies it in a fraction of the time.
 *
 * <p>A gain of time and nothing else: where there is none, because it could not be made or was evicted from the cache, PGlite
 * makes its own as ever. It belongs to this machine; no image holds it, since no two are the same byte for byte. Safe for
 * use by many threads and processes.
 */
public final class EmptyDatabase {

    /** Part of every key: raise it when the same packages must make another database. */
    private static final String VERSION = "empty database 3";

    /** The link in a project directory that the runner looks for. */
    private static final String LINK = "empty-database";

    /** What the database is made by, and with it what it looks like. */
    private static final List<String> MAKERS = List.of("@electric-sql/pglite", "@elizaos/plugin-sql");

    private final Npm npm;
    private final DependencyCache cache;

    /** Made with that Node.js, kept in that cache. */
    public EmptyDatabase(Npm npm, DependencyCache cache) {
        this.npm = npm;
        this.cache = cache;
    }

    /**
     * Puts a link to it into a project directory; makes it first where this is the first project with those versions. Only told,
     * never thrown, where it cannot be made.
     *
     * @throws io.agentlaunchpad.error.CancelledException within a second of the cancel
     * @throws io.agentlaunchpad.error.DeadlineException when the bounds' time is over
     */
    public void linkInto(Path project, Dependencies dependencies, Bounds bounds) {
        Path modules = dependencies.nodeModules();
        try {
            List<String> parts = new ArrayList<>(List.of(VERSION));
            for (String maker : MAKERS) {
                parts.add(Json.read(Files.readString(modules.resolve(maker).resolve("package.json")))
                        .path("version")
                        .asText());
            }
            String key = Hash.of(parts.toArray(String[]::new)).substring(0, 32);
            try (Dependencies made = cache.obtain(key, directory -> make(modules, directory, bounds), bounds)) {
                Path link = project.resolve(LINK);
                if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(link, made.directory().resolve(LINK));
                }
            }
        } catch (IOException | BuildException | PreflightException e) {
            bounds.tell("no empty database at hand, the agent makes its own: " + e.getMessage());
        }
    }

    private void make(Path modules, Path directory, Bounds bounds) throws IOException {
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
                        modules.toString(),
                        directory.resolve(LINK).toString()),
                bounds);
        if (output.exit() != 0) {
            throw new IOException("node ended with " + output.exit() + NpmFailure.quoted(output.tail()));
        }
    }
}
