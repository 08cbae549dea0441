package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.spi.Store;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The {@link Store} bean. Closed by the Launchpad that uses it. */
@AutoConfiguration
@EnableConfigurationProperties({LaunchpadProperties.class, StoreProperties.class})
public class LaunchpadStoreAutoConfiguration {

    /** Files below {@code launchpad.home}, or memory. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Store launchpadStore(LaunchpadProperties launchpad, StoreProperties properties) {
        return switch (properties.kind()) {
            case FILES -> Stores.files(launchpad.directory().resolve("store"));
            case MEMORY -> Stores.inMemory();
        };
    }
}
