package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What an agent is made of, apart from images. */
interface Projects {

    /** Decides every version; the lock text is this object's own. */
    ArtifactBuilder.Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context);

    /** Hash of everything that {@link #install} and {@link #runtimeFiles} would give for that lock. */
    String runtimeHash(String lock, ImagePlatform platform);

    /** Name and version of each plugin in a lock, separated by commas. */
    String plugins(String lock);

    /** Version of the runner that {@link #runtimeFiles} holds. */
    String runner();

    /**
     * Files that all agents of a lock share, by path below the project.
     *
     * @param spec any agent of that lock
     */
    SortedMap<String, byte[]> runtimeFiles(AgentSpec spec, String lock);

    /** Files that are one agent's own, by path below the project; without secrets. */
    SortedMap<String, byte[]> agentFiles(AgentSpec spec);

    /** The installed packages. */
    Installed install(String lock, ImagePlatform platform, WorkContext context);

    /** Packages that stay where they are until this is closed. */
    interface Installed extends AutoCloseable {

        /** The {@code node_modules} directory; its path is never used for other content. */
        Path nodeModules();

        /** Integrity by package directory ({@code node_modules/…}) as the lockfile states it; may be empty. */
        SortedMap<String, String> integrity();

        @Override
        void close();
    }
}
