package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on one connection. In its statements {@code $} stands for the schema: {@code SELECT … FROM $agents}.
 * Statements of which nobody waits for the result travel with the next one: on PostgreSQL each journey costs more than most
 * statements do.
 */
final class Session {

    private final Connection connection;
    private final Dialect dialect;
    private final String prefix;
    private final boolean writing;
    /** Last event number of each agent whose turnstile this transaction holds. */
    private final Map<String, Long> held = new HashMap<>();
    /** Those of them that gave out numbers. */
    private final Map<String, Long> advanced = new HashMap<>();
    /** Statements that travel with the next one, and their arguments. */
    private final List<String> waiting = new ArrayList<>();

    private final List<@Nullable Object> waitingArguments = new ArrayList<>();
    /** How many statements may still be sent. */
    private int left;

    Session(Connection connection, Dialect dialect, String schema, boolean writing) {
        this(connection, dialect, schema, writing, Integer.MAX_VALUE);
    }

    private Session(Connection connection, Dialect dialect, String schema, boolean writing, int left) {
        this.left = left;
        this.connection = connection;
        this.dialect = dialect;
        this.prefix = "\"" + schema + "\".";
        this.writing = writing;
    }

    /** No transaction at all: a second statement would see another moment, and is refused. */
    static Session ofOneQuestion(Connection connection, Dialect dialect, String schema) {
        return new Session(connection, dialect, schema, false, 1);
    }

    Dialect dialect() {
        return dialect;
    }

    /** All rows of a query. */
    <T> List<T> list(Reader<T> reader, String sql, @Nullable Object... arguments) {
        try (PreparedStatement statement = send(sql, arguments);
                ResultSet rows = statement.getResultSet()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(reader.read(rows));
            }
            return found;
        } catch (SQLException e) {
            throw new Broken(e);
        }
    }

    /** The first row of a query. */
    <T> Optional<T> first(Reader<T> reader, String sql, @Nullable Object... arguments) {
        return list(reader, sql, arguments).stream().findFirst();
    }

    long number(String sql, @Nullable Object... arguments) {
        return first(rows -> rows.getLong(1), sql, arguments).orElse(0L);
    }

    /** The database's time. */
    Instant now() {
        return first(rows -> rows.getObject(1, OffsetDateTime.class).toInstant(), "SELECT " + dialect.now())
                .orElseThrow();
    }

    /** Changes rows. Returns how many. */
    int run(String sql, @Nullable Object... arguments) {
        try (PreparedStatement statement = send(sql, arguments)) {
            return statement.getUpdateCount();
        } catch (SQLException e) {
            throw new Broken(e);
        }
    }

    /** Changes something before the next statement is executed, or at the end; how many rows it changed nobody learns. */
    void later(String sql, @Nullable Object... arguments) {
        if (dialect == Dialect.POSTGRESQL) {
            waiting.add(sql);
            waitingArguments.addAll(Arrays.asList(arguments));
        } else {
            run(sql, arguments);
        }
    }

    /**
     * Waits until no other transaction writes about the agent, and keeps others out until this one ends. Nothing where this
     * one only reads.
     */
    void hold(AgentId agentId) {
        if (writing) {
            hold(agentId.value());
        }
    }

    /** Keeps out others that count what an owner has. */
    void holdOwner(Owner owner) {
        if (writing) {
            hold("owner " + owner.id()); // no agent's id has a space
        }
    }

    private long hold(String name) {
        Long known = held.get(name);
        if (known != null) {
            return known;
        }
        Optional<Long> last = lastEvent(name);
        while (last.isEmpty()) {
            // Another transaction may take it away again in between, when it forgets the agent.
            run(
                    dialect == Dialect.POSTGRESQL
                            ? "INSERT INTO $turnstiles (id, last_event) VALUES (?, 0) ON CONFLICT DO NOTHING"
                            : "MERGE INTO $turnstiles AS t USING (VALUES (CAST(? AS varchar))) AS v (id) ON t.id = v.id"
                                    + " WHEN NOT MATCHED THEN INSERT (id, last_event) VALUES (v.id, 0)",
                    name);
            last = lastEvent(name);
        }
        held.put(name, last.get());
        return last.get();
    }

    private Optional<Long> lastEvent(String name) {
        return first(rows -> rows.getLong(1), "SELECT last_event FROM $turnstiles WHERE id = ? FOR UPDATE", name);
    }

    /** The agent's next event number. */
    long nextEvent(AgentId agentId) {
        long next = hold(agentId.value()) + 1;
        held.put(agentId.value(), next);
        advanced.put(agentId.value(), next);
        return next;
    }

    /** The number given last, by this transaction or before it. */
    long lastEvent(AgentId agentId) {
        Long known = held.get(agentId.value());
        return known != null ? known : number("SELECT last_event FROM $turnstiles WHERE id = ?", agentId.value());
    }

    /** Numbers begin anew. */
    void forgetEvents(AgentId agentId) {
        hold(agentId);
        held.put(agentId.value(), 0L);
        advanced.put(agentId.value(), 0L);
    }

    /** Lets the next statement see the numbers that this transaction gave. */
    void advance() {
        advanced.forEach((id, last) -> later("UPDATE $turnstiles SET last_event = ? WHERE id = ?", last, id));
        advanced.clear();
    }

    /** Writes what this transaction has kept back. */
    void flush() {
        advance();
        if (!waiting.isEmpty()) {
            run("");
        }
    }

    /** Executes what waits and then this, in one journey. What comes back stands at the result of the last one. */
    private PreparedStatement send(String sql, @Nullable Object... arguments) throws SQLException {
        if (left-- <= 0) {
            throw new IllegalStateException("A second statement needs a transaction");
        }
        int before = sql.isEmpty() ? waiting.size() - 1 : waiting.size();
        if (!sql.isEmpty()) {
            waiting.add(sql);
            waitingArguments.addAll(Arrays.asList(arguments));
        }
        String all = String.join("; ", waiting).replace("$", prefix);
        PreparedStatement statement = connection.prepareStatement(all);
        try {
            for (int i = 0; i < waitingArguments.size(); i++) {
                Object argument = waitingArguments.get(i);
                statement.setObject(
                        i + 1,
                        argument instanceof Instant at ? OffsetDateTime.ofInstant(at, ZoneOffset.UTC) : argument);
            }
            statement.execute();
            for (int i = 0; i < before; i++) {
                statement.getMoreResults();
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        } finally {
            waiting.clear();
            waitingArguments.clear();
        }
    }

    static Instant instantOf(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
        OffsetDateTime at = rows.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /** Makes a record of the current row. */
    interface Reader<T> {
        T read(ResultSet rows) throws SQLException;
    }

    /** Carries a database's complaint through functions that declare none. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException complaint;

        Broken(SQLException complaint) {
            super(complaint);
            this.complaint = complaint;
        }

        SQLException complaint() {
            return complaint;
        }
    }
}
