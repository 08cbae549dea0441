package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Quantity;
import io.agentlaunchpad.agent.Resources;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Refuses what would be too much, with what there is and what is allowed. */
record Admission(Quotas quotas) {

    /**
     * Lets one more operation in, or throws.
     *
     * @param wanted what the agent will have from then on; null where it stays as it is
     */
    void check(Store.Tables tables, Owner owner, AgentId agentId, @Nullable Resources wanted) {
        int open = quotas.open() < Integer.MAX_VALUE ? tables.operations().open(null) : 0;
        if (open >= quotas.open()) {
            throw new ConflictException(
                    "QUEUE_FULL",
                    "The queue is full: " + open + " operations are open, " + quotas.open() + " are allowed.",
                    "submit again when some have ended, add workers, or raise quotas(…).",
                    null);
        }
        if (!quotas.limitOwners()) {
            return;
        }
        // Counting also keeps others who count for this owner waiting, so that two do not take the last place.
        int theirs = tables.operations().open(owner);
        if (theirs >= quotas.openByOwner()) {
            throw exceeded(owner, theirs + " open operations", quotas.openByOwner() + " are allowed");
        }
        if (wanted != null && quotas.limitAgents()) {
            size(tables, owner, agentId, wanted);
        }
    }

    private void size(Store.Tables tables, Owner owner, AgentId agentId, Resources wanted) {
        int agents = 1;
        long cpu = (long) wanted.cpuMillis() * wanted.replicas();
        long memory = wanted.memoryBytes() * wanted.replicas();
        Map<AgentId, List<OperationRow>> waiting =
                tables.operations().unsettled(owner).stream().collect(Collectors.groupingBy(OperationRow::agentId));
        for (AgentRow other : tables.agents().list(owner, null, Integer.MAX_VALUE)) {
            if (!other.id().equals(agentId)) {
                List<Resources> sizes = sizes(other, waiting.getOrDefault(other.id(), List.of()));
                agents++;
                cpu += sizes.stream()
                        .mapToLong(size -> (long) size.cpuMillis() * size.replicas())
                        .max()
                        .orElse(0);
                memory += sizes.stream()
                        .mapToLong(size -> size.memoryBytes() * size.replicas())
                        .max()
                        .orElse(0);
            }
        }
        if (agents > quotas.agentsByOwner()) {
            throw exceeded(owner, (agents - 1) + " agents", quotas.agentsByOwner() + " are allowed");
        }
        if (cpu > quotas.cpuByOwner()) {
            throw exceeded(
                    owner,
                    Quantity.cpuText((int) Math.min(Integer.MAX_VALUE, cpu)) + " of CPU with this agent",
                    Quantity.cpuText((int) quotas.cpuByOwner()) + " are allowed");
        }
        if (memory > quotas.memoryByOwner()) {
            throw exceeded(
                    owner,
                    Quantity.memoryText(memory) + " of memory with this agent",
                    Quantity.memoryText(quotas.memoryByOwner()) + " are allowed");
        }
    }

    /** What an agent will have once it is scaled, when all that waits before that is done; null where that is no more. */
    static @Nullable Resources scaled(Store.Tables tables, AgentRow agent, int replicas) {
        List<Resources> sizes = sizes(agent, tables.operations().unsettled(agent.id()));
        Resources last = sizes.get(sizes.size() - 1);
        return replicas > last.replicas() ? with(last, replicas) : null;
    }

    /** What an agent has, and then has after each operation that waits. */
    private static List<Resources> sizes(AgentRow agent, List<OperationRow> waiting) {
        Resources has = agent.spec().resources();
        List<Resources> sizes = new ArrayList<>();
        sizes.add(with(has, Math.max(has.replicas(), agent.servingReplicas())));
        for (OperationRow row : waiting) {
            Resources last = sizes.get(sizes.size() - 1);
            AgentSpec asked = row.ask().spec();
            if (asked != null) {
                sizes.add(asked.resources());
            } else if (row.kind() == OperationKind.SCALE) {
                sizes.add(with(last, row.ask().replicas()));
            }
        }
        return sizes;
    }

    private static Resources with(Resources has, int replicas) {
        return new Resources(has.memoryBytes(), has.cpuMillis(), replicas);
    }

    private static ConflictException exceeded(Owner owner, String has, String allowed) {
        return new ConflictException(
                "QUOTA_EXCEEDED",
                "Owner " + owner + " has " + has + "; " + allowed + ".",
                "delete agents or wait for operations to end, or raise the owner's quotas(…).",
                null);
    }
}
