package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The transaction on a data source that Spring manages on this thread; JTA's is none of them. */
final class SpringTransactions extends DataSourceTransactionManager implements ConnectionSource {

    private static final long serialVersionUID = 1L;

    SpringTransactions(DataSource dataSource) {
        super(dataSource);
    }

    @Override
    public Optional<Connection> current() {
        // Once one is over, Spring shows its connection for a while, but has ended its synchronization.
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()
                || !isOpen()) {
            return Optional.empty();
        }
        Joined joined = joined();
        return joined.committed ? Optional.empty() : Optional.of(joined.connection);
    }

    /**
     * Whether a transaction is open on the connection that Spring keeps for this thread. One that was merely used in a
     * transaction on something else is kept too, synchronized with that one, and nobody would commit it. JPA shows its
     * connection unsynchronized, also after its commit, when it commits by itself again.
     */
    private boolean isOpen() {
        if (!(TransactionSynchronizationManager.getResource(obtainDataSource()) instanceof ConnectionHolder holder)) {
            return false;
        }
        return holder.isSynchronizedWithTransaction()
                ? isExistingTransaction(doGetTransaction())
                : !commitsByItself(holder.getConnection());
    }

    private static boolean commitsByItself(Connection connection) {
        try {
            return connection.getAutoCommit();
        } catch (SQLException e) {
            return false; // it is broken, which whoever uses it is told
        }
    }

    @Override
    public void afterCommit(Runnable action) {
        joined().actions.add(action);
    }

    private Joined joined() {
        for (TransactionSynchronization each : TransactionSynchronizationManager.getSynchronizations()) {
            if (each instanceof Joined joined && joined.database == obtainDataSource()) {
                return joined;
            }
        }
        Joined joined = new Joined(obtainDataSource());
        TransactionSynchronizationManager.registerSynchronization(joined);
        return joined;
    }

    /**
     * Knows when the transaction is committed, before other callbacks of {@code afterCommit} do: Spring shows them its
     * connection as if it were open, and without auto-commit what they write on it would be lost.
     */
    private static final class Joined implements TransactionSynchronization {

        private final DataSource database;
        private final Connection connection;
        private final List<Runnable> actions = new ArrayList<>();
        private boolean committed;

        Joined(DataSource database) {
            this.database = database;
            this.connection = DataSourceUtils.getConnection(database);
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public void afterCommit() {
            committed = true;
            actions.forEach(Runnable::run);
        }

        /** Where such a callback was the first to use the store, nobody has told of the commit, and nobody commits what it wrote. */
        @Override
        public void afterCompletion(int outcome) {
            if (committed || outcome != STATUS_COMMITTED) {
                return;
            }
            try {
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            } catch (SQLException e) {
                throw new DataAccessResourceFailureException(
                        "What was submitted after the commit of a transaction could not be committed. Submit it again.",
                        e);
            }
            afterCommit();
        }
    }
}
