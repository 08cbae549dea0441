package io.agentlaunchpad.internal.store;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Operations as documents: those under way in one folder, which stays small, settled ones in a folder per agent.
 */
record DocumentOperations(Transaction transaction, Predicate<String> gone) implements Store.Operations {

    private static final String OPEN = "operations";

    private static String settledFolder(AgentId agentId) {
        return "settled/" + agentId;
    }

    /** Drops the settled operations of an agent. */
    static void forget(Transaction transaction, AgentId agentId) {
        transaction.delete(fenceOf(agentId));
        for (String key : transaction.keys(settledFolder(agentId))) {
            transaction
                    .find(key, OperationRow.class)
                    .filter(row -> row.idempotencyKey() != null)
                    .ifPresent(row -> transaction.delete(keyOf(row.owner(), String.valueOf(row.idempotencyKey()))));
            transaction.delete(key);
            transaction.delete("operation-agents" + key.substring(key.lastIndexOf('/')));
        }
    }

    @Override
    public Optional<OperationRow> find(OperationId id) {
        Optional<OperationRow> open = transaction.find(OPEN + "/" + id, OperationRow.class);
        if (open.isPresent()) {
            return open;
        }
        return transaction
                .find("operation-agents/" + id, String.class)
                .flatMap(agent -> transaction.find("settled/" + agent + "/" + id, OperationRow.class));
    }

    @Override
    public Optional<OperationRow> byIdempotencyKey(Owner owner, String key) {
        return transaction.find(keyOf(owner, key), String.class).flatMap(id -> find(new OperationId(id)));
    }

    @Override
    public List<OperationRow> ofAgent(AgentId agentId, int limit) {
        List<OperationRow> open = unsettled(Integer.MAX_VALUE).stream()
                .filter(row -> row.agentId().equals(agentId))
                .toList();
        List<OperationRow> settled = transaction.all(settledFolder(agentId), OperationRow.class);
        return java.util.stream.Stream.concat(open.stream(), settled.stream())
                .sorted(Comparator.comparing(OperationRow::id).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<OperationRow> unsettled(int limit) {
        return transaction.all(OPEN, OperationRow.class).stream()
                .sorted(Comparator.comparing(OperationRow::id))
                .limit(limit)
                .toList();
    }

    @Override
    public void insert(OperationRow row) {
        transaction.put(OPEN + "/" + row.id(), row);
        if (row.idempotencyKey() != null) {
            transaction.put(keyOf(row.owner(), row.idempotencyKey()), row.id().value());
        }
    }

    @Override
    public Optional<OperationRow> claim(Store.Claim claim) {
        Set<AgentId> busy = new HashSet<>();
        List<OperationRow> open = new ArrayList<>(unsettled(Integer.MAX_VALUE));
        // What a worker left behind goes before anything new, however the clocks of those who submitted stood.
        open.sort(Comparator.comparing((OperationRow row) -> row.state() != State.RUNNING));
        for (OperationRow row : open) {
            if (row.state() == State.RUNNING && !free(row, claim)) {
                busy.add(row.agentId());
            }
        }
        for (OperationRow row : open) {
            // An agent's operations run in their order: one that is not due yet holds back its successors.
            if (!busy.add(row.agentId()) || row.claim().notBefore().isAfter(claim.now())) {
                continue;
            }
            Hold before = row.claim();
            long fence = Math.max(before.fence(), lastFence(row.agentId())) + 1;
            OperationRow held = row.with(State.RUNNING, row.stage())
                    .with(new Hold(
                            fence, claim.worker(), claim.leaseUntil(), before.attempts() + 1, before.notBefore()));
            transaction.put(OPEN + "/" + row.id(), held);
            transaction.put(fenceOf(row.agentId()), fence);
            return Optional.of(held);
        }
        return Optional.empty();
    }

    private long lastFence(AgentId agentId) {
        return transaction.find(fenceOf(agentId), Long.class).orElse(0L);
    }

    private static String fenceOf(AgentId agentId) {
        return "fences/" + agentId;
    }

    @Override
    public boolean update(OperationRow row) {
        Optional<OperationRow> stored = transaction.find(OPEN + "/" + row.id(), OperationRow.class);
        if (stored.isEmpty() || stored.get().claim().fence() != row.claim().fence()) {
            return false;
        }
        // A cancellation that was asked for meanwhile is never overwritten.
        boolean cancelled = stored.get().cancelRequested() || row.cancelRequested();
        OperationRow next = cancelled ? row.cancelling() : row;
        if (row.state() == State.SETTLED) {
            transaction.delete(OPEN + "/" + row.id());
            transaction.put(settledFolder(row.agentId()) + "/" + row.id(), next);
            transaction.put("operation-agents/" + row.id(), row.agentId().value());
        } else {
            transaction.put(OPEN + "/" + row.id(), next);
        }
        return true;
    }

    @Override
    public boolean requestCancel(OperationId id) {
        Optional<OperationRow> open = transaction.find(OPEN + "/" + id, OperationRow.class);
        open.ifPresent(row -> transaction.put(OPEN + "/" + id, row.cancelling()));
        return open.isPresent();
    }

    private boolean free(OperationRow row, Store.Claim claim) {
        Hold hold = row.claim();
        return hold.worker() == null
                || hold.leaseUntil() == null
                || !hold.leaseUntil().isAfter(claim.now())
                || gone.test(hold.worker());
    }

    private static String keyOf(Owner owner, String key) {
        UUID name = UUID.nameUUIDFromBytes((owner.id() + "\n" + key).getBytes(StandardCharsets.UTF_8));
        return "keys/" + name;
    }
}
