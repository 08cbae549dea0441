package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.WorkObserver;
import io.agentlaunchpad.spring.actuate.LaunchpadHealthIndicator;
import io.agentlaunchpad.spring.actuate.LaunchpadMetrics;
import io.agentlaunchpad.spring.actuate.ObservedWork;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health, meters and spans, where the application has Spring Boot's. */
@AutoConfiguration(
        after = LaunchpadAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        },
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

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnBean(ObservationRegistry.class)
    static class ObservationConfiguration {

        @Bean
        @ConditionalOnMissingBean(WorkObserver.class)
        ObservedWork launchpadObservedWork(ObservationRegistry registry) {
            return new ObservedWork(registry);
        }
    }
}
