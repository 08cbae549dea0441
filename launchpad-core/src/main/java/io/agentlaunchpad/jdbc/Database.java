package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.jdbc.Session.Broken;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One schema of one database: makes it ready at first use, and runs transactions on it. */
final class Database {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int COLLISIONS = 20;
    private static final int NOT_CHANGED = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final String schema;
    private final boolean migrates;
    private final DatabaseClock clock = new DatabaseClock(this::askTime);
    private volatile @Nullable Ready ready;

    Database(DataSource dataSource, String schema, boolean migrates) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.migrates = migrates;
    }

    DataSource dataSource() {
        return dataSource;
    }

    String schema() {
        return schema;
    }

    boolean migrates() {
        return migrates;
    }

    DatabaseClock clock() {
        return clock;
    }

    /**
     * What is known once it was used.
     *
     * @param readsCommitted whether connections see what others committed meanwhile, unless told otherwise
     */
    private record Ready(Dialect dialect, boolean readsCommitted) {}

    /**
     * Runs a function in one transaction: the caller's own, or one of this store.
     *
     * @param theirs the connection of the caller's transaction, or null
     */
    <T extends @Nullable Object> T transact(
            @Nullable Connection theirs, boolean writes, Function<? super Session, ? extends T> work) {
        return patiently(theirs == null, () -> theirs == null ? alone(writes, work) : within(theirs, writes, work));
    }

    /**
     * Runs a function that asks one question. A statement alone is a transaction to the database; to say where it begins and
     * ends would be a journey more.
     */
    <T extends @Nullable Object> T ask(Function<? super Session, ? extends T> work) {
        return patiently(true, () -> asked(work));
    }

    private <T extends @Nullable Object> T patiently(boolean own, Attempt<? extends T> attempt) {
        // Drivers and pools give up on an interrupted thread, and H2 closes its file; the interrupt is for others.
        boolean interrupted = Thread.interrupted();
        try {
            return again(own, attempt);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One try. */
    private interface Attempt<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private <T extends @Nullable Object> T again(boolean own, Attempt<? extends T> once) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        for (int attempt = 1; ; attempt++) {
            SQLException complaint;
            try {
                return once.run();
            } catch (Broken e) {
                complaint = e.complaint();
            } catch (SQLException e) {
                complaint = e;
            }
            boolean collided = Dialect.collided(complaint) && attempt < COLLISIONS;
            boolean gone = own && Dialect.disconnected(complaint) && System.nanoTime() < giveUp;
            if (!collided && !gone) {
                throw JdbcStore.failed(
                        "STORE_FAILED",
                        "The database did not take a transaction",
                        "see that it runs, that the DataSource reaches it, and that its user may use the schema \""
                                + schema + "\".",
                        complaint);
            }
            LOG.debug("Transaction tried again after SQL state {}", complaint.getSQLState());
            pause(collided ? ThreadLocalRandom.current().nextInt(1, 5 + 5 * attempt) : 100);
        }
    }

    private <T extends @Nullable Object> T alone(boolean writes, Function<? super Session, ? extends T> work)
            throws SQLException {
        Ready known = ready();
        try (Connection connection = dataSource.getConnection()) {
            boolean automatic = connection.getAutoCommit();
            // PostgreSQL forgets it with the transaction, H2 keeps it with the connection.
            int isolation = known.dialect() == Dialect.H2 ? connection.getTransactionIsolation() : NOT_CHANGED;
            connection.setAutoCommit(false);
            boolean open = true;
            try {
                Session session = new Session(connection, known.dialect(), schema, writes);
                isolate(connection, session, known, writes);
                clock.freshen(session::now);
                T result = work.apply(session);
                session.flush();
                open = false;
                commit(connection);
                return result;
            } finally {
                release(connection, open, automatic, isolation);
            }
        }
    }

    private <T extends @Nullable Object> T asked(Function<? super Session, ? extends T> work) throws SQLException {
        Ready known = ready();
        try (Connection connection = dataSource.getConnection()) {
            boolean automatic = connection.getAutoCommit();
            if (!automatic) {
                connection.setAutoCommit(true);
            }
            try {
                return work.apply(Session.ofOneQuestion(connection, known.dialect(), schema));
            } finally {
                if (!automatic) {
                    connection.setAutoCommit(false);
                }
            }
        }
    }

    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (Dialect.disconnected(e)) {
                throw JdbcStore.failed(
                        "STORE_UNSURE",
                        "The database broke off while it committed; the transaction may have happened or not",
                        "read what is there before you ask again, or ask again with the same idempotency key.",
                        e);
            }
            throw e;
        }
    }

    private static void release(Connection connection, boolean open, boolean automatic, int isolation) {
        try {
            if (open) {
                connection.rollback();
            }
            if (isolation != NOT_CHANGED) {
                connection.setTransactionIsolation(isolation);
            }
            if (automatic) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back as it was: {}", e.getMessage());
        }
    }

    /** A writer looks anew with each statement, under the locks it holds; a reader sees one moment throughout. */
    private static void isolate(Connection connection, Session session, Ready known, boolean writes)
            throws SQLException {
        if (known.dialect() == Dialect.POSTGRESQL) {
            if (!writes || !known.readsCommitted()) {
                session.later(
                        writes
                                ? "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE"
                                : "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
        } else {
            connection.setTransactionIsolation(
                    writes ? Connection.TRANSACTION_READ_COMMITTED : Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    /** A part of the caller's transaction, taken back alone if it fails. */
    private <T extends @Nullable Object> T within(
            Connection connection, boolean writes, Function<? super Session, ? extends T> work) throws SQLException {
        Ready known = ready();
        Session session = new Session(connection, known.dialect(), schema, writes);
        Savepoint before = connection.setSavepoint();
        boolean done = false;
        try {
            if (known.dialect() == Dialect.POSTGRESQL) { // H2 tells a transaction when it began, not what time it is
                clock.freshen(session::now);
            }
            T result = work.apply(session);
            session.flush();
            done = true;
            return result;
        } finally {
            if (!done) {
                connection.rollback(before);
            } else if (known.dialect() == Dialect.POSTGRESQL) {
                connection.releaseSavepoint(before);
            }
        }
    }

    private Ready ready() throws SQLException {
        Ready known = ready;
        return known == null ? open() : known;
    }

    private synchronized Ready open() throws SQLException {
        Ready known = ready;
        if (known != null) {
            return known;
        }
        try (Connection connection = dataSource.getConnection()) {
            known = new Ready(
                    Dialect.of(connection),
                    connection.getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED);
        }
        if (migrates) {
            Migrations.run(dataSource, known.dialect(), schema);
        } else {
            check();
        }
        ready = known;
        return known;
    }

    private void check() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1 FROM \"" + schema + "\".operations WHERE 1 = 0");
        } catch (SQLException e) {
            if (Dialect.disconnected(e)) {
                throw e;
            }
            throw JdbcStore.failed(
                    "STORE_NOT_MIGRATED",
                    "The schema \"" + schema + "\" has no tables of Launchpad",
                    "leave out withoutMigration(), or run the scripts of the jar's folder io/agentlaunchpad/jdbc there.",
                    e);
        }
    }

    private java.time.Instant askTime(Runnable connected) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connected.run();
            return DatabaseClock.read(connection);
        }
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    "STORE_FAILED", "A transaction was interrupted before it was written.", "ask again.", null);
        }
    }
}
