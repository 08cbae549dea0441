package io.agentlaunchpad.jdbc;

import io.agentlaunchpad.error.WiringException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What differs between the databases. */
enum Dialect {
    POSTGRESQL,
    H2;

    /** That of a connection. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "h2" -> H2;
            default ->
                throw new WiringException(
                        "Launchpad keeps no records in " + product + ".",
                        "hand JdbcStore.of(…) a DataSource of PostgreSQL, or of an H2 file for one process.");
        };
    }

    /** Its time as an expression of SQL. */
    String now() {
        return this == POSTGRESQL ? "clock_timestamp()" : "current_timestamp";
    }

    /** Where the migrations stand on the class path. */
    String migrations() {
        return "io/agentlaunchpad/jdbc/" + name().toLowerCase(Locale.ROOT);
    }

    /** Whether the transaction lost against another one, and may win when it is run again. */
    static boolean collided(@Nullable SQLException e) {
        String state = e == null ? null : e.getSQLState();
        // Serialization, deadlock, unique key, lock time-out; H2's own name for a concurrent update.
        return state != null
                && (state.equals("40001")
                        || state.equals("40P01")
                        || state.equals("23505")
                        || state.equals("HYT00")
                        || state.equals("90131"));
    }

    /** Whether the connection is gone, so that nothing of an uncommitted transaction was written. */
    static boolean disconnected(@Nullable SQLException e) {
        String state = e == null ? null : e.getSQLState();
        // Class 08: connection; 57P01 to 57P03: shutting down, crashed, starting.
        return state != null && (state.startsWith("08") || state.startsWith("57P0"));
    }
}
