package io.agentlaunchpad.jdbc;

import java.sql.Connection;
import java.util.Optional;

/**
 * Tells a {@link JdbcStore} about the transaction that the caller has begun on the same database, so that what Launchpad
 * writes is committed or rolled back with it. A framework's glue implements it; Launchpad knows no framework.
 *
 * <p>With Spring, where {@code dataSource} is the store's own:
 *
 * <pre>{@code
 * Optional<Connection> current() {
 *     return TransactionSynchronizationManager.isSynchronizationActive()
 *                     && TransactionSynchronizationManager.isActualTransactionActive()
 *                     && TransactionSynchronizationManager.hasResource(dataSource)
 *             ? Optional.of(DataSourceUtils.getConnection(dataSource))
 *             : Optional.empty();
 * }
 * }</pre>
 *
 * <p>Spring keeps a connection that was merely used in a transaction on another database, too: no transaction is open on it, it is
 * in auto-commit mode, and is not to be joined. Nor is one that is committed already, which Spring shows to callbacks after the
 * commit. The Spring Boot starter minds both.
 *
 * <p>Called on the thread that uses the store. Law: the connection belongs to the caller; the store neither commits it nor
 * rolls it back nor closes it. It sets a savepoint, so that a call which throws has written nothing.
 */
public interface ConnectionSource {

    /** The connection of the transaction under way on this thread, if there is one. */
    Optional<Connection> current();

    /**
     * Runs something after that transaction is committed, on the same thread, and never if it is rolled back. What it
     * writes to the store is written by itself, also where {@link #current} still shows the old connection.
     */
    void afterCommit(Runnable action);
}
