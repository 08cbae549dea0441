package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentEntry;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.OutboxRow;
import io.agentlaunchpad.spi.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables within one transaction. Operations and events have files of their own. */
record JdbcTables(Session session) implements Store.Tables {

    @Override
    public Store.Agents agents() {
        return new Agents(session);
    }

    @Override
    public Store.Operations operations() {
        return new JdbcOperations(session);
    }

    @Override
    public Store.Releases releases() {
        return new Releases(session);
    }

    @Override
    public Store.Events events() {
        return new JdbcEvents(session);
    }

    @Override
    public Store.Outbox outbox() {
        return new Outbox(session);
    }

    @Override
    public Store.Scans scans() {
        return new Scans(session);
    }

    @Override
    public Store.Audit audit() {
        return new Audit(session);
    }

    static <T> Session.Reader<T> body(Class<T> type) {
        return rows -> Json.read(rows.getString("body"), type);
    }

    /** What was found to be there decides what is written: whoever looks for an agent in order to write holds it. */
    private record Agents(Session session) implements Store.Agents {

        @Override
        public Optional<AgentRow> find(AgentId id) {
            session.hold(id);
            return session.first(body(AgentRow.class), "SELECT body FROM $agents WHERE id = ?", id.value());
        }

        @Override
        public List<AgentRow> list(@Nullable Owner owner, @Nullable AgentId after, int limit) {
            return list(AgentRow.class, owner, after, limit);
        }

        /** The same documents; what the type does not name is skipped. */
        @Override
        public List<AgentEntry> entries(@Nullable Owner owner, @Nullable AgentId after, int limit) {
            return list(AgentEntry.class, owner, after, limit);
        }

        private <T> List<T> list(Class<T> type, @Nullable Owner owner, @Nullable AgentId after, int limit) {
            String from = after == null ? "" : after.value();
            return owner == null
                    ? session.list(body(type), "SELECT body FROM $agents WHERE id > ? ORDER BY id LIMIT ?", from, limit)
                    : session.list(
                            body(type),
                            "SELECT body FROM $agents WHERE owner = ? AND id > ? ORDER BY id LIMIT ?",
                            owner.id(),
                            from,
                            limit);
        }

        @Override
        public List<AgentRow> named(@Nullable Owner owner, String name) {
            return owner == null
                    ? session.list(body(AgentRow.class), "SELECT body FROM $agents WHERE name = ? ORDER BY id", name)
                    : session.list(
                            body(AgentRow.class),
                            "SELECT body FROM $agents WHERE name = ? AND owner = ? ORDER BY id",
                            name,
                            owner.id());
        }

        @Override
        public void put(AgentRow row) {
            session.hold(row.id());
            String body = Json.write(row);
            if (session.dialect() == Dialect.POSTGRESQL) {
                session.later(
                        "INSERT INTO $agents (id, owner, name, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                                + " owner = EXCLUDED.owner, name = EXCLUDED.name, body = EXCLUDED.body",
                        row.id().value(),
                        row.owner().id(),
                        row.name(),
                        body);
                return;
            }
            int changed = session.run(
                    "UPDATE $agents SET owner = ?, name = ?, body = ? WHERE id = ?",
                    row.owner().id(),
                    row.name(),
                    body,
                    row.id().value());
            if (changed == 0) {
                session.run(
                        "INSERT INTO $agents (id, owner, name, body) VALUES (?, ?, ?, ?)",
                        row.id().value(),
                        row.owner().id(),
                        row.name(),
                        body);
            }
        }

        @Override
        public void forget(AgentId id) {
            session.forgetEvents(id);
            session.run("DELETE FROM $agents WHERE id = ?", id.value());
            session.run("DELETE FROM $releases WHERE agent_id = ?", id.value());
            session.run("DELETE FROM $events WHERE agent_id = ?", id.value());
            session.run("DELETE FROM $operations WHERE agent_id = ? AND state = 'SETTLED'", id.value());
        }
    }

    private record Releases(Session session) implements Store.Releases {

        @Override
        public void put(Release release) {
            remove(release.agentId(), release.revision());
            session.later(
                    "INSERT INTO $releases (agent_id, revision, body) VALUES (?, ?, ?)",
                    release.agentId().value(),
                    release.revision(),
                    Json.write(release));
        }

        @Override
        public Optional<Release> find(AgentId agentId, int revision) {
            return session.first(
                    body(Release.class),
                    "SELECT body FROM $releases WHERE agent_id = ? AND revision = ?",
                    agentId.value(),
                    revision);
        }

        @Override
        public List<Release> list(AgentId agentId) {
            return session.list(
                    body(Release.class),
                    "SELECT body FROM $releases WHERE agent_id = ? ORDER BY revision DESC",
                    agentId.value());
        }

        @Override
        public void remove(AgentId agentId, int revision) {
            session.later("DELETE FROM $releases WHERE agent_id = ? AND revision = ?", agentId.value(), revision);
        }
    }

    private record Outbox(Session session) implements Store.Outbox {

        @Override
        public void add(OutboxRow row) {
            if (write(row) == 0) {
                session.run(
                        "INSERT INTO $outbox (entry, not_before, lease_until, body) VALUES (?, ?, ?, ?)",
                        row.key(),
                        row.notBefore(),
                        row.leaseUntil(),
                        Json.write(row));
            }
        }

        @Override
        public Optional<OutboxRow> claim(Store.Claim claim) {
            Optional<OutboxRow> due = session.first(
                            body(OutboxRow.class),
                            "SELECT body FROM $outbox WHERE not_before <= ? AND (lease_until IS NULL OR lease_until <= ?)"
                                    + " ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED",
                            claim.now(),
                            claim.now())
                    .map(row -> row.heldUntil(claim.leaseUntil()));
            due.ifPresent(this::update);
            return due;
        }

        @Override
        public void update(OutboxRow row) {
            write(row);
        }

        private int write(OutboxRow row) {
            return session.run(
                    "UPDATE $outbox SET not_before = ?, lease_until = ?, body = ? WHERE entry = ?",
                    row.notBefore(),
                    row.leaseUntil(),
                    Json.write(row),
                    row.key());
        }

        @Override
        public void remove(String key) {
            session.run("DELETE FROM $outbox WHERE entry = ?", key);
        }

        @Override
        public int size() {
            return (int) session.number("SELECT count(*) FROM $outbox");
        }
    }

    private record Scans(Session session) implements Store.Scans {

        @Override
        public Optional<ScanReport> find(String digest, String scanner) {
            return session.first(
                    body(ScanReport.class),
                    "SELECT body FROM $scans WHERE digest = ? AND scanner = ?",
                    digest,
                    scanner);
        }

        @Override
        public void put(ScanReport report) {
            session.run("DELETE FROM $scans WHERE digest = ? AND scanner = ?", report.digest(), report.scanner());
            session.run(
                    "INSERT INTO $scans (digest, scanner, at, body) VALUES (?, ?, ?, ?)",
                    report.digest(),
                    report.scanner(),
                    report.at(),
                    Json.write(report));
        }
    }

    private record Audit(Session session) implements Store.Audit {

        @Override
        public void append(AuditRow row) {
            session.later(
                    "INSERT INTO $audit (at, owner, body) VALUES (?, ?, ?)",
                    row.at(),
                    row.owner().id(),
                    Json.write(row));
        }

        @Override
        public List<AuditEntry> list(@Nullable Owner owner, @Nullable Long after, int limit) {
            long before = after == null ? Long.MAX_VALUE : after;
            return owner == null
                    ? session.list(
                            Audit::entry,
                            "SELECT number, body FROM $audit WHERE number < ? ORDER BY number DESC LIMIT ?",
                            before,
                            limit)
                    : session.list(
                            Audit::entry,
                            "SELECT number, body FROM $audit WHERE owner = ? AND number < ? ORDER BY number DESC LIMIT ?",
                            owner.id(),
                            before,
                            limit);
        }

        private static AuditEntry entry(ResultSet rows) throws SQLException {
            return new AuditEntry(rows.getLong("number"), body(AuditRow.class).read(rows));
        }
    }
}
