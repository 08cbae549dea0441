package io.agentlaunchpad.internal.store;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.AuditEntry;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.OutboxRow;
import io.agentlaunchpad.spi.Store;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The tables, as folders of documents. Operations have a file of their own. */
record DocumentTables(Transaction transaction, Predicate<String> gone) implements Store.Tables {

    @Override
    public Store.Agents agents() {
        return new Agents(transaction);
    }

    @Override
    public Store.Operations operations() {
        return new DocumentOperations(transaction, gone);
    }

    @Override
    public Store.Releases releases() {
        return new Releases(transaction);
    }

    @Override
    public Store.Events events() {
        return new Events(transaction);
    }

    @Override
    public Store.Outbox outbox() {
        return new Outbox(transaction);
    }

    @Override
    public Store.Scans scans() {
        return new Scans(transaction);
    }

    @Override
    public Store.Audit audit() {
        return new Audit(transaction);
    }

    private record Agents(Transaction transaction) implements Store.Agents {

        @Override
        public Optional<AgentRow> find(AgentId id) {
            return transaction.find("agents/" + id, AgentRow.class);
        }

        @Override
        public List<AgentRow> list(@Nullable Owner owner, @Nullable AgentId after, int limit) {
            return transaction.keys("agents").stream()
                    .filter(key -> after == null || key.compareTo("agents/" + after) > 0)
                    .flatMap(key -> transaction.find(key, AgentRow.class).stream())
                    .filter(row -> owner == null || row.owner().equals(owner))
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<AgentRow> named(@Nullable Owner owner, String name) {
            return list(owner, null, Integer.MAX_VALUE).stream()
                    .filter(row -> row.name().equals(name))
                    .toList();
        }

        @Override
        public void put(AgentRow row) {
            transaction.put("agents/" + row.id(), row);
        }

        @Override
        public void forget(AgentId id) {
            transaction.delete("agents/" + id);
            transaction.delete("events/" + id);
            transaction.keys("releases/" + id).forEach(transaction::delete);
            DocumentOperations.forget(transaction, id);
        }
    }

    private record Releases(Transaction transaction) implements Store.Releases {

        @Override
        public void put(Release release) {
            transaction.put(key(release.agentId(), release.revision()), release);
        }

        @Override
        public Optional<Release> find(AgentId agentId, int revision) {
            return transaction.find(key(agentId, revision), Release.class);
        }

        @Override
        public List<Release> list(AgentId agentId) {
            return transaction.all("releases/" + agentId, Release.class).stream()
                    .sorted(Comparator.comparing(Release::revision).reversed())
                    .toList();
        }

        @Override
        public void remove(AgentId agentId, int revision) {
            transaction.delete(key(agentId, revision));
        }

        private static String key(AgentId agentId, int revision) {
            return "releases/" + agentId + "/" + revision;
        }
    }

    private record Events(Transaction transaction) implements Store.Events {

        private static final Comparator<AgentEvent> BY_TIME = Comparator.comparing(AgentEvent::at)
                .thenComparing(event -> event.agentId().value())
                .thenComparing(AgentEvent::sequence);

        @Override
        public AgentEvent append(
                AgentId agentId,
                Instant at,
                EventType type,
                @Nullable OperationId operationId,
                String message,
                Map<String, String> data) {
            AgentEvent event = new AgentEvent(agentId, last(agentId) + 1, at, type, operationId, message, data);
            transaction.append("events/" + agentId, event);
            return event;
        }

        @Override
        public List<AgentEvent> list(AgentId agentId, long from, int limit) {
            // Event n is line n.
            return transaction.lines("events/" + agentId, AgentEvent.class, Math.max(0, from - 1), limit);
        }

        @Override
        public long last(AgentId agentId) {
            return transaction
                    .lastLine("events/" + agentId, AgentEvent.class)
                    .map(AgentEvent::sequence)
                    .orElse(0L);
        }

        @Override
        public Map<AgentId, Long> lasts(@Nullable Owner owner) {
            Map<AgentId, Long> lasts = new HashMap<>();
            for (AgentId agent : agentsOf(owner)) {
                long last = last(agent);
                if (last > 0) {
                    lasts.put(agent, last);
                }
            }
            return lasts;
        }

        @Override
        public List<AgentEvent> since(@Nullable Owner owner, Instant at, @Nullable AgentEvent after, int limit) {
            return agentsOf(owner).stream()
                    .flatMap(agent -> list(agent, 1, Integer.MAX_VALUE).stream())
                    .filter(event -> !event.at().isBefore(at))
                    .filter(event -> after == null || BY_TIME.compare(event, after) > 0)
                    .sorted(BY_TIME)
                    .limit(limit)
                    .toList();
        }

        private List<AgentId> agentsOf(@Nullable Owner owner) {
            return new Agents(transaction)
                    .list(owner, null, Integer.MAX_VALUE).stream()
                            .map(AgentRow::id)
                            .toList();
        }
    }

    private record Outbox(Transaction transaction) implements Store.Outbox {

        @Override
        public void add(OutboxRow row) {
            transaction.put(key(row.key()), row);
        }

        @Override
        public Optional<OutboxRow> claim(Store.Claim claim) {
            Optional<OutboxRow> due = transaction.all("outbox", OutboxRow.class).stream()
                    .filter(row -> !row.notBefore().isAfter(claim.now()))
                    .filter(row -> row.leaseUntil() == null || !row.leaseUntil().isAfter(claim.now()))
                    .min(Comparator.comparing(OutboxRow::notBefore))
                    .map(row -> row.heldUntil(claim.leaseUntil()));
            due.ifPresent(this::add);
            return due;
        }

        @Override
        public void update(OutboxRow row) {
            add(row);
        }

        @Override
        public void remove(String key) {
            transaction.delete(key(key));
        }

        private static String key(String key) {
            return "outbox/" + Transaction.part(key);
        }

        @Override
        public int size() {
            return transaction.keys("outbox").size();
        }
    }

    private record Scans(Transaction transaction) implements Store.Scans {

        @Override
        public Optional<ScanReport> find(String digest, String scanner) {
            return transaction.find(key(digest, scanner), ScanReport.class);
        }

        @Override
        public void put(ScanReport report) {
            transaction.put(key(report.digest(), report.scanner()), report);
        }

        private static String key(String digest, String scanner) {
            return "scans/" + Transaction.part(digest + "-" + scanner);
        }
    }

    private record Audit(Transaction transaction) implements Store.Audit {

        @Override
        public void append(AuditRow row) {
            transaction.append("audit", row);
        }

        @Override
        public List<AuditEntry> list(@Nullable Owner owner, @Nullable Long after, int limit) {
            List<AuditRow> rows = transaction.lines("audit", AuditRow.class, 0, Integer.MAX_VALUE);
            long newest = after == null ? rows.size() : Math.min(rows.size(), after - 1);
            // Nothing is ever taken away: an entry's number is that of its line.
            return LongStream.iterate(newest, number -> number > 0, number -> number - 1)
                    .mapToObj(number -> new AuditEntry(number, rows.get((int) number - 1)))
                    .filter(entry -> owner == null || entry.row().owner().equals(owner))
                    .limit(limit)
                    .toList();
        }
    }
}
