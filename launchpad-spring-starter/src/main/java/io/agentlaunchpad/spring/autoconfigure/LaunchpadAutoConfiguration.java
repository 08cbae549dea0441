package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.LaunchpadBuilder;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.WorkObserver;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * The {@link Launchpad} bean, of the properties and of every port's beans. A {@link Platform} bean's name is the platform's
 * name; without such a bean, agents run as processes of this machine. Closing the context drains the workers and leaves
 * agents running.
 */
@AutoConfiguration(
        after = {
            LaunchpadStoreAutoConfiguration.class,
            LaunchpadBuildAutoConfiguration.class,
            LaunchpadDoorbellAutoConfiguration.class,
            LaunchpadKubernetesAutoConfiguration.class,
            LaunchpadNotificationsAutoConfiguration.class
        })
@EnableConfigurationProperties(LaunchpadProperties.class)
public class LaunchpadAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(LaunchpadAutoConfiguration.class);

    /** The rules of {@code launchpad.policy}. */
    @Bean
    @ConditionalOnMissingBean
    LaunchPolicy launchPolicy(LaunchpadProperties properties) {
        return properties.policy().policy();
    }

    /** The limits of {@code launchpad.limits}. */
    @Bean
    @ConditionalOnMissingBean
    LimitPolicy limitPolicy(LaunchpadProperties properties) {
        return properties.limits().policy();
    }

    /** The quotas of {@code launchpad.quotas}. */
    @Bean
    @ConditionalOnMissingBean
    Quotas launchQuotas(LaunchpadProperties properties) {
        return properties.quotas().quotas();
    }

    /** What ships with Launchpad. */
    @Bean
    @ConditionalOnMissingBean
    PluginCatalog pluginCatalog() {
        return PluginCatalog.shipped();
    }

    /** All of it together. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Launchpad launchpad(
            LaunchpadProperties properties,
            LaunchPolicy policy,
            LimitPolicy limits,
            Quotas quotas,
            PluginCatalog plugins,
            Store store,
            ObjectProvider<Doorbell> doorbell,
            ObjectProvider<ArtifactBuilder> artifacts,
            ObjectProvider<ArtifactScanner> scanners,
            ObjectProvider<Notifier> notifiers,
            ObjectProvider<LaunchpadListener> listeners,
            ObjectProvider<WorkObserver> observer,
            ObjectProvider<LaunchpadCustomizer> customizers,
            ListableBeanFactory beans) {
        Map<String, Platform> platforms = beans.getBeansOfType(Platform.class);
        LaunchpadBuilder builder = Launchpad.builder()
                .home(properties.directory())
                .workers(properties.workers())
                .policy(policy)
                .limits(limits)
                .quotas(quotas)
                .plugins(plugins)
                .store(store);
        if (properties.retention() != null) {
            builder.retention(properties.retention());
        }
        if (properties.watchDrift() != null) {
            builder.watchDrift(properties.watchDrift());
        }
        doorbell.ifAvailable(builder::doorbell);
        observer.ifAvailable(builder::observer);
        platforms.forEach(builder::platform);
        artifacts.orderedStream().forEach(builder::artifacts);
        scanners.orderedStream().forEach(builder::scanner);
        notifiers.orderedStream().forEach(builder::notifier);
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        Launchpad launchpad = builder.build();
        LOG.info(
                "Launchpad runs agents {}; its home is {} ({}).",
                platforms.isEmpty() ? "as processes of this machine" : "on " + platforms.keySet(),
                properties.directory(),
                properties.home() == null ? "the default; launchpad.home sets another" : "set by launchpad.home");
        return launchpad;
    }
}
