package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.AgentStanding;
import io.agentlaunchpad.spi.Store;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records in a relational database: PostgreSQL, shared by as many processes as you like, or an H2 file for one process.
 *
 * <pre>{@code
 * Launchpad.builder().store(JdbcStore.of(dataSource))…
 * }</pre>
 *
 * <p>The tables stand in a schema of their own, {@code launchpad}, made and migrated at first use, with a history table of
 * their own: they live beside the host's tables and migrations. Making a store asks nobody; the first transaction does.
 *
 * <p>Each transaction takes one connection from the {@link DataSource} and gives it back; hand it a pool with a few more
 * connections than workers. Where a transaction collides with another it is run again; where the database goes away before
 * the commit, it is tried again for a few seconds. Should the connection break while it commits, nobody can know whether it
 * happened: that error has the code {@code STORE_UNSURE}, and asking again with the same idempotency key is the way out.
 *
 * <p>Immutable; safe for use by several threads. {@link #close()} leaves the {@link DataSource} open: it is the caller's.
 */
public final class JdbcStore implements Store {

    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final int BATCH = 1_000;

    private final Database database;
    private final @Nullable ConnectionSource callers;
    /** Whether this thread runs what was to be run after a commit. */
    private final ThreadLocal<Boolean> committed = ThreadLocal.withInitial(() -> false);

    private JdbcStore(Database database, @Nullable ConnectionSource callers) {
        this.database = database;
        this.callers = callers;
    }

    /** Records in the schema {@code launchpad} of that database, which is migrated at first use. */
    public static JdbcStore of(DataSource dataSource) {
        return new JdbcStore(new Database(dataSource, "launchpad", true), null);
    }

    /**
     * The same in another schema.
     *
     * @param name lower-case letters, digits and underscores
     */
    public JdbcStore schema(String name) {
        if (!SCHEMA.matcher(name).matches()) {
            throw new WiringException(
                    "\"" + name + "\" is no name for a schema.",
                    "use lower-case letters, digits and underscores, at most 63, no digit first.");
        }
        return new JdbcStore(new Database(database.dataSource(), name, database.migrates()), callers);
    }

    /**
     * The same, but whoever looks after the database has made the tables, from the scripts that stand in the jar below
     * {@code io/agentlaunchpad/jdbc}; then Flyway is not needed on the class path.
     */
    public JdbcStore withoutMigration() {
        return new JdbcStore(new Database(database.dataSource(), database.schema(), false), callers);
    }

    /** The same, but where the caller has begun a transaction on this database, records are written within it. */
    public JdbcStore joining(ConnectionSource transactions) {
        return new JdbcStore(database, transactions);
    }

    @Override
    public <T extends @Nullable Object> T transact(Function<? super Tables, ? extends T> work) {
        return database.transact(current(), true, session -> work.apply(new JdbcTables(session)));
    }

    @Override
    public <T extends @Nullable Object> T read(Function<? super Tables, ? extends T> work) {
        return database.transact(current(), false, session -> work.apply(new JdbcTables(session)));
    }

    /** One journey where the serving release is among the newest two, which is nearly always. */
    @Override
    public Optional<AgentStanding> standing(AgentId id) {
        if (joined()) {
            return Store.super.standing(id);
        }
        JdbcStanding found = database.ask(session -> JdbcStanding.of(session, id));
        return found.whole() ? found.standing() : Store.super.standing(id);
    }

    /** The database's time, as read every few seconds: the instances' own clocks may differ by minutes. */
    @Override
    public Clock clock() {
        return database.clock();
    }

    @Override
    public boolean joined() {
        return current() != null;
    }

    @Override
    public void afterCommit(Runnable action) {
        if (callers == null || current() == null) {
            action.run();
            return;
        }
        callers.afterCommit(() -> {
            // Frameworks still show the connection then, though what is written on it would never be committed.
            committed.set(true);
            try {
                action.run();
            } finally {
                committed.remove();
            }
        });
    }

    @Override
    public int prune(Instant before) {
        return database.<Integer>transact(
                null,
                true,
                session -> session.run(
                                "DELETE FROM $operations WHERE id IN (SELECT o.id FROM $operations o WHERE o.state = 'SETTLED'"
                                        + " AND o.settled_at < ? AND (NOT EXISTS (SELECT 1 FROM $agents a WHERE a.id = o.agent_id)"
                                        + " OR EXISTS (SELECT 1 FROM $operations n WHERE n.agent_id = o.agent_id AND n.id > o.id"
                                        + " AND n.state = 'SETTLED')) LIMIT ?)",
                                before,
                                BATCH)
                        + session.run(
                                "DELETE FROM $events WHERE (agent_id, sequence) IN"
                                        + " (SELECT agent_id, sequence FROM $events WHERE at < ? LIMIT ?)",
                                before,
                                BATCH)
                        + session.run("DELETE FROM $scans WHERE at < ?", before));
    }

    @Override
    public void close() {}

    /** For rows that are no records: in the caller's transaction, if there is one. */
    <T extends @Nullable Object> T inSession(Function<? super Session, ? extends T> work) {
        return database.transact(current(), true, work);
    }

    private @Nullable Connection current() {
        return callers == null || committed.get() ? null : callers.current().orElse(null);
    }

    /** For messages that must not show a row's values: the database's first line, which names constraint and place only. */
    static StoreException failed(String code, String what, String fix, java.sql.SQLException e) {
        // A pool says only that it has no connection; why, its cause says.
        String said = e instanceof SQLTransientConnectionException && e.getCause() != null
                ? e.getCause().getMessage()
                : e.getMessage();
        String message = String.valueOf(said).lines().findFirst().orElse("");
        String state = e.getSQLState() == null ? "" : " (SQL state " + e.getSQLState() + ")";
        return new StoreException(code, what + ": " + message + state + ".", fix, null);
    }
}
