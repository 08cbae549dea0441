package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.actuate.LaunchpadHealthIndicator;
import io.agentlaunchpad.spring.actuate.LaunchpadMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health and meters, where the application has Spring Boot's. */
@AutoConfiguration(
        after = LaunchpadAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
public class LaunchpadActuatorAutoConfiguration {

    /** {@code management.health.launchpad.enabled=false} leaves it out. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    @ConditionalOnBooleanProperty(name = "management.health.launchpad.enabled", matchIfMissing = true)
    static class HealthConfiguration {

        @Bean
        @ConditionalOnMissingBean
        LaunchpadHealthIndicator launchpadHealthIndicator(Store store) {
            return new LaunchpadHealthIndicator(store, Clock.systemUTC());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class MetricsConfiguration {

        @Bean
        @ConditionalOnMissingBean
        LaunchpadMetrics launchpadMetrics(Launchpad launchpad, Store store) {
            return new LaunchpadMetrics(launchpad, store, Clock.systemUTC());
        }
    }
}
