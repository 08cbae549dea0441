package io.agentlaunchpad.operation;

import io.agentlaunchpad.agent.Quantity;

/**
 * How much work may wait, and how much one owner may have. Immutable; the same for every owner. What exceeds it is refused
 * at submit, and nothing is stored; what is there already stays.
 *
 * <pre>{@code
 * Quotas.standard().agentsByOwner(20).memoryByOwner("32Gi")
 * }</pre>
 *
 * <p>An agent counts with the resources of its serving release, or those first asked for, times its replicas, and with those of
 * a launch or scaling that waits where they are more; stopped ones count too, so that starting them is never refused. Stopping, rolling back and deleting are always accepted.
 *
 * @param open operations of all owners that are not settled
 * @param openByOwner those of one owner
 * @param agentsByOwner agents of one owner
 * @param cpuByOwner thousandths of a core
 * @param memoryByOwner bytes
 */
public record Quotas(int open, int openByOwner, int agentsByOwner, long cpuByOwner, long memoryByOwner) {

    /** 10,000 open operations; owners are not limited. */
    public static Quotas standard() {
        return new Quotas(10_000, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    public Quotas open(int most) {
        return new Quotas(most, openByOwner, agentsByOwner, cpuByOwner, memoryByOwner);
    }

    public Quotas openByOwner(int most) {
        return new Quotas(open, most, agentsByOwner, cpuByOwner, memoryByOwner);
    }

    public Quotas agentsByOwner(int most) {
        return new Quotas(open, openByOwner, most, cpuByOwner, memoryByOwner);
    }

    /** See {@link Quantity#cpu(String)}. */
    public Quotas cpuByOwner(String amount) {
        return new Quotas(open, openByOwner, agentsByOwner, Quantity.cpu(amount), memoryByOwner);
    }

    /** See {@link Quantity#memory(String)}. */
    public Quotas memoryByOwner(String amount) {
        return new Quotas(open, openByOwner, agentsByOwner, cpuByOwner, Quantity.memory(amount));
    }

    /** Whether one owner is limited in anything. */
    public boolean limitOwners() {
        return openByOwner < Integer.MAX_VALUE || limitAgents();
    }

    /** Whether an owner's agents are limited, in number or size. */
    public boolean limitAgents() {
        return agentsByOwner < Integer.MAX_VALUE || cpuByOwner < Long.MAX_VALUE || memoryByOwner < Long.MAX_VALUE;
    }
}
