package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.spi.Store;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The {@link Store} bean where no database has given one. Closed by the Launchpad that uses it. */
@AutoConfiguration(after = LaunchpadJdbcAutoConfiguration.class)
@EnableConfigurationProperties({LaunchpadProperties.class, StoreProperties.class})
public class LaunchpadStoreAutoConfiguration {

    /** Files below {@code launchpad.home}, or memory. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Store launchpadStore(LaunchpadProperties launchpad, StoreProperties properties) {
        StoreProperties.Kind kind = properties.kind() == null ? StoreProperties.Kind.FILES : properties.kind();
        return switch (kind) {
            case FILES -> Stores.files(launchpad.directory().resolve("store"));
            case MEMORY -> Stores.inMemory();
            case JDBC ->
                throw new WiringException(
                        "launchpad.store.kind is jdbc, and the application has no single DataSource.",
                        "set spring.datasource.url and add spring-boot-starter-jdbc, or make a JdbcStore bean.");
        };
    }
}
