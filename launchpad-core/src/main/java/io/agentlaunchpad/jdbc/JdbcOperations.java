package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Operations and claims. What claims change stands in columns; the body is as the last writer left it.
 *
 * <p>Owners take turns by numbers given at insert (start-time fair queueing): an operation's turn is one behind its owner's
 * last, but never before that of operations already begun; so a thousand operations of one owner hold back another's first
 * by one place. Each claim is then a look at the front of one index, without a lock that owners or workers share.
 */
record JdbcOperations(Session session) implements Store.Operations {

    private static final String COLUMNS =
            "body, state, fence, worker, lease_until, attempts, not_before, cancel_requested";

    /** Left behind: its worker's lease has ended. */
    private static final String LEFT_BEHIND = "state = 'RUNNING' AND (lease_until IS NULL OR lease_until <= ?)";

    /** May begin: due, and the first of its agent's open operations, none of which runs. */
    private static final String MAY_BEGIN = "o.state = 'QUEUED' AND o.not_before <= ? AND NOT EXISTS (SELECT 1 FROM"
            + " $operations p WHERE p.agent_id = o.agent_id AND p.state <> 'SETTLED' AND (p.state = 'RUNNING' OR p.id < o.id))";

    @Override
    public Optional<OperationRow> find(OperationId id) {
        return session.first(JdbcOperations::row, "SELECT " + COLUMNS + " FROM $operations WHERE id = ?", id.value());
    }

    @Override
    public Optional<OperationRow> byIdempotencyKey(Owner owner, String key) {
        return session.first(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE owner = ? AND idempotency_key = ?",
                owner.id(),
                key);
    }

    @Override
    public List<OperationRow> ofAgent(AgentId agentId, int limit) {
        return session.list(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE agent_id = ? ORDER BY id DESC LIMIT ?",
                agentId.value(),
                limit);
    }

    @Override
    public List<OperationRow> list(@Nullable Owner owner, @Nullable OperationId after, int limit) {
        String from = after == null ? "~" : after.value();
        return owner == null
                ? session.list(
                        JdbcOperations::row,
                        "SELECT " + COLUMNS + " FROM $operations WHERE id < ? ORDER BY id DESC LIMIT ?",
                        from,
                        limit)
                : session.list(
                        JdbcOperations::row,
                        "SELECT " + COLUMNS + " FROM $operations WHERE owner = ? AND id < ? ORDER BY id DESC LIMIT ?",
                        owner.id(),
                        from,
                        limit);
    }

    @Override
    public List<OperationRow> settled(@Nullable Owner owner, Instant at, @Nullable OperationRow after, int limit) {
        OperationRow.Result last = after == null ? null : after.result();
        Instant from = last == null || last.settledAt().isBefore(at) ? at : last.settledAt();
        List<@Nullable Object> arguments = new ArrayList<>(
                List.of(from, from, after == null ? "" : after.id().value()));
        if (owner != null) {
            arguments.add(owner.id());
        }
        arguments.add(limit);
        return session.list(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE state = 'SETTLED' AND settled_at >= ?"
                        + " AND (settled_at > ? OR id > ?)"
                        + (owner == null ? "" : " AND owner = ?")
                        + " ORDER BY settled_at, id LIMIT ?",
                arguments.toArray());
    }

    @Override
    public List<OperationRow> unsettled(int limit) {
        return session.list(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE state <> 'SETTLED' ORDER BY id LIMIT ?",
                limit);
    }

    @Override
    public List<OperationRow> unsettled(AgentId agentId) {
        return session.list(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE agent_id = ? AND state <> 'SETTLED' ORDER BY id",
                agentId.value());
    }

    @Override
    public List<OperationRow> unsettled(Owner owner) {
        return session.list(
                JdbcOperations::row,
                "SELECT " + COLUMNS + " FROM $operations WHERE owner = ? AND state <> 'SETTLED' ORDER BY id",
                owner.id());
    }

    @Override
    public int open(@Nullable Owner owner) {
        if (owner == null) {
            return (int) session.number("SELECT count(*) FROM $operations WHERE state <> 'SETTLED'");
        }
        session.holdOwner(owner);
        return (int)
                session.number("SELECT count(*) FROM $operations WHERE owner = ? AND state <> 'SETTLED'", owner.id());
    }

    @Override
    public void insert(OperationRow row) {
        Hold hold = row.claim();
        session.later(
                "INSERT INTO $operations (id, agent_id, owner, state, fence, worker, lease_until, attempts, not_before,"
                        + " cancel_requested, idempotency_key, body, turn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                        + " GREATEST(1 + COALESCE((SELECT max(turn) FROM $operations WHERE owner = ?), 0),"
                        + " COALESCE((SELECT min(turn) FROM $operations WHERE state = 'QUEUED'), 0),"
                        + " COALESCE((SELECT max(turn) FROM $operations WHERE state <> 'QUEUED'), 0)))",
                row.id().value(),
                row.agentId().value(),
                row.owner().id(),
                row.state().name(),
                hold.fence(),
                hold.worker(),
                hold.leaseUntil(),
                hold.attempts(),
                hold.notBefore(),
                row.cancelRequested(),
                row.idempotencyKey(),
                Json.write(row),
                row.owner().id());
    }

    @Override
    public Optional<OperationRow> claim(Store.Claim claim) {
        return session.dialect() == Dialect.POSTGRESQL ? claimAtOnce(claim) : claimInSteps(claim);
    }

    /** One statement, one round trip. */
    private Optional<OperationRow> claimAtOnce(Store.Claim claim) {
        return session.first(
                JdbcOperations::row,
                "WITH left_behind AS (SELECT id FROM $operations WHERE " + LEFT_BEHIND
                        + " ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED), next AS (SELECT o.id FROM $operations o"
                        + " WHERE NOT EXISTS (SELECT 1 FROM left_behind) AND " + MAY_BEGIN
                        + " ORDER BY o.turn, o.id LIMIT 1 FOR UPDATE SKIP LOCKED)"
                        + " UPDATE $operations SET state = 'RUNNING', fence = nextval('$fences'), worker = ?,"
                        + " lease_until = ?, attempts = attempts + 1"
                        + " WHERE id = (SELECT id FROM left_behind UNION ALL SELECT id FROM next) RETURNING " + COLUMNS,
                claim.now(),
                claim.now(),
                claim.worker(),
                claim.leaseUntil());
    }

    private Optional<OperationRow> claimInSteps(Store.Claim claim) {
        Optional<String> next = session.first(
                        rows -> rows.getString(1),
                        "SELECT id FROM $operations WHERE " + LEFT_BEHIND
                                + " ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED",
                        claim.now())
                .or(() -> session.first(
                        rows -> rows.getString(1),
                        "SELECT o.id FROM $operations o WHERE " + MAY_BEGIN
                                + " ORDER BY o.turn, o.id LIMIT 1 FOR UPDATE SKIP LOCKED",
                        claim.now()));
        next.ifPresent(id -> session.run(
                "UPDATE $operations SET state = 'RUNNING', fence = NEXT VALUE FOR $fences, worker = ?, lease_until = ?,"
                        + " attempts = attempts + 1 WHERE id = ?",
                claim.worker(),
                claim.leaseUntil(),
                id));
        return next.flatMap(id -> find(new OperationId(id)));
    }

    @Override
    public boolean update(OperationRow row) {
        Hold hold = row.claim();
        OperationRow.Result result = row.result();
        // A cancellation that was asked for meanwhile is never overwritten.
        return session.run(
                        "UPDATE $operations SET state = ?, worker = ?, lease_until = ?, attempts = ?, not_before = ?,"
                                + " cancel_requested = cancel_requested OR ?, settled_at = ?, body = ?"
                                + " WHERE id = ? AND fence = ? AND state <> 'SETTLED'",
                        row.state().name(),
                        hold.worker(),
                        hold.leaseUntil(),
                        hold.attempts(),
                        hold.notBefore(),
                        row.cancelRequested(),
                        result == null ? null : result.settledAt(),
                        Json.write(row),
                        row.id().value(),
                        hold.fence())
                == 1;
    }

    @Override
    public boolean requestCancel(OperationId id) {
        return session.run(
                        "UPDATE $operations SET cancel_requested = TRUE WHERE id = ? AND state <> 'SETTLED'",
                        id.value())
                == 1;
    }

    private static OperationRow row(ResultSet rows) throws SQLException {
        OperationRow body = Json.read(rows.getString("body"), OperationRow.class);
        Hold hold = new Hold(
                rows.getLong("fence"),
                rows.getString("worker"),
                Session.instant(rows, "lease_until"),
                rows.getInt("attempts"),
                Session.instantOf(rows, "not_before"));
        OperationRow row =
                body.with(State.valueOf(rows.getString("state")), body.stage()).with(hold);
        return rows.getBoolean("cancel_requested") ? row.cancelling() : row;
    }
}
