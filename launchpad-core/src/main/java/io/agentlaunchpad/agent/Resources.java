package io.agentlaunchpad.agent;

/**
 * What an agent may use.
 *
 * @param memoryBytes memory limit, bytes
 * @param cpuMillis CPU limit, thousandths of a core
 * @param replicas copies that run at once; 1 or more
 */
public record Resources(long memoryBytes, int cpuMillis, int replicas) {}
