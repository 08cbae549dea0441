package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.ConnectionSource;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.JdbcApiKeys;
import java.sql.Connection;
import java.sql.SQLException;
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
import org.springframework.jdbc.CannotGetJdbcConnectionException;
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
    private record SpringTransactions(DataSource dataSource) implements ConnectionSource {

        @Override
        public Optional<Connection> current() {
            // Once it is over, Spring shows its connection for a while, but has ended its synchronization.
            if (!TransactionSynchronizationManager.isSynchronizationActive()
                    || !TransactionSynchronizationManager.isActualTransactionActive()
                    || !TransactionSynchronizationManager.hasResource(dataSource)) {
                return Optional.empty();
            }
            Connection bound = DataSourceUtils.getConnection(dataSource);
            try {
                // One that was merely used in a transaction on something else is kept too, and nobody would commit it.
                return bound.getAutoCommit() ? Optional.empty() : Optional.of(bound);
            } catch (SQLException e) {
                throw new CannotGetJdbcConnectionException("The transaction's connection is broken", e);
            }
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
