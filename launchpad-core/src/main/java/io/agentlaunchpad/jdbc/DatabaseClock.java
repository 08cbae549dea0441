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
import java.util.concurrent.locks.ReentrantLock;
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
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Answer answer;

    DatabaseClock(Question question) {
        this.question = question;
    }

    /** How to ask. */
    interface Question {
        Instant ask() throws SQLException;
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
        return at == null ? Instant.now() : at.plusNanos(System.nanoTime() - known.nanos());
    }

    private static boolean old(Answer known) {
        return System.nanoTime() - known.nanos() > OFTEN.toNanos();
    }

    /**
     * Asks where it is time to, on a connection that is at hand. Whoever held one and asked for a second, to learn the time,
     * would wait for ever where all who hold the pool's connections do the same.
     */
    void freshen(Supplier<Instant> atHand) {
        Answer known = answer;
        if (known == null || known.at() == null || old(known)) {
            long sent = System.nanoTime();
            Instant said = atHand.get();
            answer = new Answer(said, sent + (System.nanoTime() - sent) / 2);
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
        long sent = System.nanoTime();
        Answer fresh;
        boolean interrupted = Thread.interrupted();
        try {
            Instant said = question.ask();
            long received = System.nanoTime();
            fresh = new Answer(said, sent + (received - sent) / 2);
        } catch (SQLException e) {
            LOG.debug("The database did not tell its time: {}", e.getMessage());
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
