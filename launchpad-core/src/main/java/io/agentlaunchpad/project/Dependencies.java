package io.agentlaunchpad.project;

import java.nio.file.Path;

/**
 * The installed dependencies of one lock, kept from eviction until this is closed.
 *
 * <p>The directory is shared by every agent with the same lock: read it, never write to it. A project that must outlive
 * this process calls {@link #linkInto(Path)}; the link itself then keeps the entry.
 */
public final class Dependencies implements AutoCloseable {

    private final DependencyCache cache;
    private final String key;
    private final Path directory;
    private final long bytes;
    private final KeyLock.Held held;

    Dependencies(DependencyCache cache, String key, Path directory, long bytes, KeyLock.Held held) {
        this.cache = cache;
        this.key = key;
        this.directory = directory;
        this.bytes = bytes;
        this.held = held;
    }

    /** The content address: hash of lock, target and installer version. */
    public String key() {
        return key;
    }

    /** The {@code node_modules} directory; it holds no symbolic link and no {@code .bin}. */
    public Path nodeModules() {
        return directory.resolve("node_modules");
    }

    Path directory() {
        return directory;
    }

    /** Size on disk in bytes. */
    public long bytes() {
        return bytes;
    }

    /**
     * Makes {@code node_modules} of a project directory a link to these dependencies. As long as the link stands, the
     * entry is in use, whichever processes live. A link that is there already is replaced.
     *
     * @param project the project directory at its final place
     */
    public void linkInto(Path project) {
        cache.link(this, project.toAbsolutePath().normalize());
    }

    /** Lets go; the directory may be evicted once no project links to it. */
    @Override
    public void close() {
        held.close();
    }
}
