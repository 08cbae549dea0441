package io.agentlaunchpad.agent;

/**
 * What an agent may use.
 *
 * @param memoryBytes memory limit, bytes
 * @param cpuMillis CPU limit, thousandths of a core
 * @param replicas copies that run at once; 1 or more
 */
public record Resources(long memoryBytes, int cpuMillis, int replicas) {

    /** What an agent gets that asks for nothing: half a core, 1Gi with PGlite, 384Mi with PostgreSQL, one replica. */
    public static Resources usualFor(Database database) {
        return new Resources((database == Database.PGLITE ? 1_024L : 384L) << 20, 500, 1);
    }
}
