package io.agentlaunchpad.spring.security;

import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Statements that write: within the caller's transaction on their DataSource where there is one, else within their own. From a pool
 * without auto-commit, what is written outside a transaction is taken back.
 */
final class JdbcWrites {

    private final DataSource dataSource;
    private final TransactionTemplate own;

    JdbcWrites(DataSource dataSource) {
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        // The one whose connections are bound to threads: there is another behind a proxy that knows transactions.
        this.dataSource = Objects.requireNonNull(transactions.getDataSource());
        this.own = new TransactionTemplate(transactions);
    }

    <T extends @Nullable Object> T run(Supplier<? extends T> work) {
        // So JPA shows its connection. Another manager does not see that a transaction is open there, and would commit
        // it.
        boolean shown = TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder bound
                && !bound.isSynchronizedWithTransaction();
        return shown ? work.get() : own.execute(status -> work.get());
    }
}
