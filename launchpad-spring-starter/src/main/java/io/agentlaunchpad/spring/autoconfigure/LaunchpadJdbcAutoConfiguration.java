package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.JdbcApiKeys;
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
import org.springframework.jdbc.datasource.DataSourceUtils;

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
}
