package io.agentlaunchpad.internal.store;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operations as documents: those under way in one folder, which stays small, settled ones in a folder per agent.
 */
record DocumentOperations(Transaction transaction, Predicate<String> gone) implements Store.Operations {

    private static final String OPEN = "operations";
    private static final String LATEST_TURN = "turns/latest";
    private static final Comparator<OperationRow> BY_SETTLEMENT =
            Comparator.comparing(DocumentOperations::settledAt).thenComparing(OperationRow::id);

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
        List<OperationRow> settled = transaction.all(settledFolder(agentId), OperationRow.class);
        return Stream.concat(unsettled(agentId).stream(), settled.stream())
                .sorted(Comparator.comparing(OperationRow::id).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<OperationRow> list(@Nullable Owner owner, @Nullable OperationId after, int limit) {
        // Every settled operation has a key of its own here, so a page reads no more records than it shows.
        Stream<OperationId> ids = Stream.concat(
                        transaction.keys(OPEN).stream(), transaction.keys("operation-agents").stream())
                .map(key -> new OperationId(key.substring(key.lastIndexOf('/') + 1)));
        return ids.filter(id -> after == null || id.compareTo(after) < 0)
                .sorted(Comparator.reverseOrder())
                .flatMap(id -> find(id).stream())
                .filter(row -> owner == null || row.owner().equals(owner))
                .limit(limit)
                .toList();
    }

    @Override
    public List<OperationRow> settled(@Nullable Owner owner, Instant at, @Nullable OperationRow after, int limit) {
        return transaction.keys("operation-agents").stream()
                .flatMap(key -> find(new OperationId(key.substring(key.lastIndexOf('/') + 1))).stream())
                .filter(row -> owner == null || row.owner().equals(owner))
                .filter(row -> !settledAt(row).isBefore(at))
                .filter(row -> after == null || BY_SETTLEMENT.compare(row, after) > 0)
                .sorted(BY_SETTLEMENT)
                .limit(limit)
                .toList();
    }

    private static Instant settledAt(OperationRow row) {
        return Objects.requireNonNull(row.result()).settledAt();
    }

    @Override
    public List<OperationRow> unsettled(int limit) {
        return transaction.all(OPEN, OperationRow.class).stream()
                .sorted(Comparator.comparing(OperationRow::id))
                .limit(limit)
                .toList();
    }

    @Override
    public List<OperationRow> unsettled(AgentId agentId) {
        return unsettled(Integer.MAX_VALUE).stream()
                .filter(row -> row.agentId().equals(agentId))
                .toList();
    }

    @Override
    public List<OperationRow> unsettled(Owner owner) {
        return unsettled(Integer.MAX_VALUE).stream()
                .filter(row -> row.owner().equals(owner))
                .toList();
    }

    @Override
    public int open(@Nullable Owner owner) {
        return owner == null ? transaction.keys(OPEN).size() : unsettled(owner).size();
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
        Map<Owner, Long> turns = new HashMap<>();
        Optional<OperationRow> next = open.stream()
                // An agent's operations run in their order: one that is not due yet holds back its successors.
                .filter(row -> busy.add(row.agentId()))
                .filter(row -> !row.claim().notBefore().isAfter(claim.now()))
                .min(Comparator.comparing((OperationRow row) -> row.state() != State.RUNNING)
                        .thenComparing(row -> turns.computeIfAbsent(row.owner(), this::lastTurn)));
        return next.map(row -> hold(row, claim));
    }

    private OperationRow hold(OperationRow row, Store.Claim claim) {
        Hold before = row.claim();
        long fence = Math.max(before.fence(), lastFence(row.agentId())) + 1;
        OperationRow held = row.with(State.RUNNING, row.stage())
                .with(new Hold(fence, claim.worker(), claim.leaseUntil(), before.attempts() + 1, before.notBefore()));
        transaction.put(OPEN + "/" + row.id(), held);
        transaction.put(fenceOf(row.agentId()), fence);
        long turn = number(LATEST_TURN) + 1;
        transaction.put(LATEST_TURN, turn);
        transaction.put(turnOf(row.owner()), turn);
        return held;
    }

    /** Grows with every claim of the owner: who had his turn longest ago is next. */
    private long lastTurn(Owner owner) {
        return number(turnOf(owner));
    }

    private long number(String key) {
        return transaction.find(key, Long.class).orElse(0L);
    }

    private static String turnOf(Owner owner) {
        return "turns/" + Transaction.part("of-" + owner.id());
    }

    private long lastFence(AgentId agentId) {
        return number(fenceOf(agentId));
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
