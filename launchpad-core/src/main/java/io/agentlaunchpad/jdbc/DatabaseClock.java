package io.agentlaunchpad.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's time. It is asked now and then, and in between the time that passed in this process is added; so leases
 * given by one instance mean the same to all, however their own clocks stand or jump. Right within the time that one
 * question takes. Where the database does not answer, the last answer counts, and before the first one this machine's clock.
 */
final class DatabaseClock extends Clock {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
    private static final Duration OFTEN = Duration.ofSeconds(20);

    private final Question question;
    private final LongSupplier nanos;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer answer;

    DatabaseClock(Question question) {
        this(question, System::nanoTime);
    }

    /** With another measure of the time that passes here. */
    DatabaseClock(Question question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /** How to ask. */
    interface Question {

        /**
         * The database's time.
         *
         * @param connected is told when there is a connection to ask on: the wait for one is no part of the journey
         */
        Instant ask(Runnable connected) throws SQLException;
    }

    /**
     * What the database said.
     *
     * @param at its time
     * @param nanos this process's {@link System#nanoTime} then
     */
    private record Answer(@Nullable Instant at, long nanos) {}

    @Override
    public Instant instant() {
        Answer known = answer;
        if (known == null || old(known)) {
            known = ask(known);
        }
        Instant at = known.at();
        return at == null ? Instant.now() : at.plusNanos(nanos.getAsLong() - known.nanos());
    }

    private boolean old(Answer known) {
        return nanos.getAsLong() - known.nanos() > OFTEN.toNanos();
    }

    /**
     * Asks where it is time to, on a connection that is at hand. Whoever held one and asked for a second, to learn the time,
     * would wait for ever where all who hold the pool's connections do the same.
     */
    void freshen(Supplier<Instant> atHand) {
        Answer known = answer;
        if (known == null || known.at() == null || old(known)) {
            long sent = nanos.getAsLong();
            Instant said = atHand.get();
            answer = new Answer(said, sent + (nanos.getAsLong() - sent) / 2);
        }
    }

    /** One thread asks; the others go on with what is known, and wait only where nothing is. */
    private Answer ask(@Nullable Answer before) {
        if (before == null) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return before;
        }
        try {
            Answer known = answer;
            boolean newer = known != null && (before == null || known.nanos() != before.nanos());
            return newer && known != null ? known : really(before);
        } finally {
            asking.unlock();
        }
    }

    private Answer really(@Nullable Answer before) {
        AtomicLong asked = new AtomicLong(nanos.getAsLong());
        Answer fresh;
        boolean interrupted = Thread.interrupted();
        try {
            Instant said = question.ask(() -> asked.set(nanos.getAsLong()));
            long sent = asked.get();
            fresh = new Answer(said, sent + (nanos.getAsLong() - sent) / 2);
        } catch (SQLException e) {
            LOG.debug("The database did not tell its time: {}", e.getMessage());
            long sent = asked.get();
            Instant at =
                    before == null || before.at() == null ? null : before.at().plusNanos(sent - before.nanos());
            fresh = new Answer(at, sent);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        answer = fresh;
        return fresh;
    }

    static Instant read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT " + Dialect.of(connection).now())) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
