package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.ConnectionSource;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.JdbcApiKeys;
import java.sql.Connection;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Records in the application's database, and within the application's transactions: what {@code submit} writes inside
 * {@code @Transactional} is committed or rolled back with the rest.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnClass(DataSourceUtils.class)
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnProperty(name = "launchpad.store.kind", havingValue = "jdbc", matchIfMissing = true)
@EnableConfigurationProperties(StoreProperties.class)
public class LaunchpadJdbcAutoConfiguration {

    /** Closed by the Launchpad that uses it. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean(Store.class)
    JdbcStore launchpadJdbcStore(DataSource dataSource, StoreProperties properties) {
        JdbcStore store =
                JdbcStore.of(dataSource).schema(properties.schema()).joining(new SpringTransactions(dataSource));
        return properties.withoutMigration() ? store.withoutMigration() : store;
    }

    /** Keys of the REST API, beside the records. */
    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnBooleanProperty("launchpad.web.enabled")
    @ConditionalOnBean(JdbcStore.class)
    @ConditionalOnMissingBean(ApiKeys.class)
    JdbcApiKeys launchpadJdbcApiKeys(DataSource dataSource, JdbcStore store, StoreProperties properties) {
        // The store makes its schema when it is used first.
        store.read(tables -> tables.outbox().size());
        return JdbcApiKeys.in(dataSource, properties.schema());
    }

    /** The transaction that Spring manages on this thread. */
    private static final class SpringTransactions extends DataSourceTransactionManager implements ConnectionSource {

        private static final long serialVersionUID = 1L;

        SpringTransactions(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        public Optional<Connection> current() {
            // Once one is over, Spring shows its connection for a while, but has ended its synchronization.
            return TransactionSynchronizationManager.isSynchronizationActive()
                            && TransactionSynchronizationManager.isActualTransactionActive()
                            && isOpen()
                    ? Optional.of(DataSourceUtils.getConnection(obtainDataSource()))
                    : Optional.empty();
        }

        /**
         * Whether a transaction is open on the connection that Spring keeps for this thread. One that was merely used in a
         * transaction on something else is kept too, synchronized with that one, and nobody would commit it. JPA shows its
         * connection unsynchronized.
         */
        private boolean isOpen() {
            return TransactionSynchronizationManager.getResource(obtainDataSource()) instanceof ConnectionHolder holder
                    && (!holder.isSynchronizedWithTransaction() || isExistingTransaction(doGetTransaction()));
        }

        @Override
        public void afterCommit(Runnable action) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    action.run();
                }
            });
        }
    }
}
