package io.agentlaunchpad.local;

import io.agentlaunchpad.internal.store.DocumentStore;
import io.agentlaunchpad.spi.Store;
import java.nio.file.Path;

/** The stores that need nothing but this machine. */
public final class Stores {

    private Stores() {}

    /** In memory: gone with the process. For tests and trials. */
    public static Store inMemory() {
        return DocumentStore.inMemory();
    }

    /**
     * In files below a directory, made if absent, readable by this user only. Many threads and processes of this machine
     * may share it; one writes at a time. Survives {@code kill -9}. Not for network file systems.
     *
     * @throws io.agentlaunchpad.error.StoreException when the directory cannot be made
     */
    public static Store files(Path directory) {
        return DocumentStore.below(directory, Stores::gone);
    }

    /** A worker's name ends with the name of its process; see {@link #workerName}. */
    static boolean gone(String worker) {
        String process = worker.substring(worker.lastIndexOf('/') + 1);
        return process.matches("\\d+-\\d+") && Processes.find(process).isEmpty();
    }

    /** The name for this process's workers that lets the others of this machine see whether it still lives. */
    public static String workerName() {
        return "local/" + Processes.self();
    }
}
