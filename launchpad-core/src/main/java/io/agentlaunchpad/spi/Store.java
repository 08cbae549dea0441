package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.release.Release;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Launchpad's own records. The truth about every operation is here and nowhere else.
 *
 * <p>Laws, proven by {@code StoreContract}: a transaction happens whole or not at all; when {@link #transact} returns, it
 * survives {@code kill -9}; two transactions never see each other's half. Safe for use by several threads, and by as many
 * processes as the implementation says.
 */
public interface Store extends AutoCloseable {

    /**
     * Reads and writes as one. The function may be called again after a conflict; it has no effects of its own.
     *
     * @throws io.agentlaunchpad.error.StoreException when nothing was written
     */
    <T extends @Nullable Object> T transact(Function<? super Tables, ? extends T> work);

    /**
     * Reads only.
     *
     * @throws io.agentlaunchpad.error.StoreException when the records cannot be read
     */
    <T extends @Nullable Object> T read(Function<? super Tables, ? extends T> work);

    /** Where an agent stands, all of one moment; none where there is no such agent. It is asked often. */
    default Optional<AgentStanding> standing(AgentId id) {
        return read(tables -> AgentStanding.of(id, tables));
    }

    /**
     * Whether a worker is known to be gone, so that its claims are free before their lease ends.
     */
    default boolean gone(String worker) {
        return false;
    }

    /**
     * The time by which leases are given and judged: one that all processes on this store agree on, however their own
     * clocks stand.
     */
    default Clock clock() {
        return Clock.systemUTC();
    }

    /**
     * Whether {@link #transact} called on this thread, now, becomes part of a transaction that the caller began and will
     * commit himself.
     */
    default boolean joined() {
        return false;
    }

    /** Runs something once what this thread has written is committed: at once, unless it is {@link #joined}. */
    default void afterCommit(Runnable action) {
        action.run();
    }

    /**
     * Forgets operations settled, events stored and scans made before a moment. An agent keeps its newest settled
     * operation. Does a bounded amount of work; call it again while it returns more than 0.
     *
     * @return how many records it removed
     */
    default int prune(Instant before) {
        return 0;
    }

    @Override
    void close();

    /** The records, inside one transaction. */
    interface Tables {
        Agents agents();

        Operations operations();

        Releases releases();

        Events events();

        Outbox outbox();

        Scans scans();

        Audit audit();
    }

    /** Agents, one row each. */
    interface Agents {
        Optional<AgentRow> find(AgentId id);

        /** Those of one owner, or of all where it is null, by id, after the cursor; deleted ones are left out. */
        List<AgentRow> list(@Nullable Owner owner, @Nullable AgentId after, int limit);

        /** As {@link #list}, without what was asked for: a store that can spares itself the reading of it. */
        default List<AgentEntry> entries(@Nullable Owner owner, @Nullable AgentId after, int limit) {
            return list(owner, after, limit).stream().map(AgentEntry::of).toList();
        }

        /** Those of that name, of one owner or of all where it is null, by id. */
        List<AgentRow> named(@Nullable Owner owner, String name);

        void put(AgentRow row);

        /** Removes an agent with its releases, events and settled operations. */
        void forget(AgentId id);
    }

    /** Operations, and the claims on them. */
    interface Operations {
        Optional<OperationRow> find(OperationId id);

        Optional<OperationRow> byIdempotencyKey(Owner owner, String key);

        /** Those of one agent, newest first. */
        List<OperationRow> ofAgent(AgentId agentId, int limit);

        /** Those of one owner, or of all where it is null, newest first, after the cursor. */
        List<OperationRow> list(@Nullable Owner owner, @Nullable OperationId after, int limit);

        /**
         * Those of one owner, or of all where it is null, that were settled then or later, by that time and id; those after the
         * cursor, which is one of them.
         */
        List<OperationRow> settled(@Nullable Owner owner, Instant at, @Nullable OperationRow after, int limit);

        /** All that are not settled, oldest first. */
        List<OperationRow> unsettled(int limit);

        /** Those of one agent that are not settled, oldest first. */
        List<OperationRow> unsettled(AgentId agentId);

        /** Those of one owner that are not settled, oldest first. */
        List<OperationRow> unsettled(Owner owner);

        /**
         * How many of one owner are not settled, or of all where it is null. Of two transactions that count for the same
         * owner and then insert, the second one counts what the first one inserted.
         */
        int open(@Nullable Owner owner);

        void insert(OperationRow row);

        /**
         * Takes an operation that may run: queued, or running with a lease that ended; due; and no other operation of its
         * agent running. What a worker left behind goes first; then owners take turns, and an owner's own go oldest first.
         * The row comes back with the worker, the lease and the next fence in it.
         */
        Optional<OperationRow> claim(Claim claim);

        /**
         * Replaces a row, if its fence is still the row's own.
         *
         * @return false where another worker has taken over; nothing was written
         */
        boolean update(OperationRow row);

        /** Asks for cancellation; false where the operation is settled or unknown. */
        boolean requestCancel(OperationId id);
    }

    /**
     * A worker's wish for work.
     *
     * @param worker its name
     * @param now by its clock
     * @param leaseUntil until when it holds what it gets
     */
    record Claim(String worker, Instant now, Instant leaseUntil) {}

    /** Releases, by agent and revision. */
    interface Releases {
        void put(Release release);

        Optional<Release> find(AgentId agentId, int revision);

        /** Newest first. */
        List<Release> list(AgentId agentId);

        void remove(AgentId agentId, int revision);
    }

    /** Events, by agent and number. */
    interface Events {
        /** Stores an event under the agent's next number. */
        AgentEvent append(
                AgentId agentId,
                Instant at,
                EventType type,
                @Nullable OperationId operationId,
                String message,
                Map<String, String> data);

        /** Those numbered {@code from} and more, in order. */
        List<AgentEvent> list(AgentId agentId, long from, int limit);

        /** The last number given, 0 where there is none. */
        long last(AgentId agentId);

        /** The last number of each agent that has events: of one owner's agents, or of all where it is null. */
        Map<AgentId, Long> lasts(@Nullable Owner owner);

        /**
         * Those of one owner's agents, or of all where it is null, that happened then or later, by time, agent and number; those
         * after the cursor. Only within one agent is that the order in which they were stored: what another transaction has
         * not committed yet may belong before what is found.
         */
        List<AgentEvent> since(@Nullable Owner owner, Instant at, @Nullable AgentEvent after, int limit);
    }

    /** Notices that wait for delivery. */
    interface Outbox {
        void add(OutboxRow row);

        /**
         * Takes one that is due, until the lease ends.
         */
        Optional<OutboxRow> claim(Claim claim);

        /** Replaces an entry; a delivered one is removed by {@link #remove}. */
        void update(OutboxRow row);

        void remove(String key);

        /** How many wait. */
        int size();
    }

    /** Scan results, kept by artifact digest, scanner and database version. */
    interface Scans {
        Optional<ScanReport> find(String digest, String scanner);

        void put(ScanReport report);
    }

    /** Who did what; append only. */
    interface Audit {
        void append(AuditRow row);

        /** Those of one owner, or of all where it is null, newest first, after the cursor (the number of an entry). */
        List<AuditEntry> list(@Nullable Owner owner, @Nullable Long after, int limit);
    }
}
