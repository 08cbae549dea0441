package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.spring.security.Buckets;
import io.agentlaunchpad.spring.security.PostgresBuckets;
import io.agentlaunchpad.spring.security.RedisBuckets;
import io.agentlaunchpad.spring.security.SecurityProperties;
import java.time.Clock;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Rate limits of the REST API that several processes share, by property. */
@AutoConfiguration(after = LaunchpadJdbcAutoConfiguration.class, before = LaunchpadWebAutoConfiguration.class)
@ConditionalOnBooleanProperty("launchpad.web.enabled")
@EnableConfigurationProperties({SecurityProperties.class, StoreProperties.class})
public class LaunchpadRateLimitsAutoConfiguration {

    /** Needs Lettuce and bucket4j_jdk17-lettuce. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = {"io.lettuce.core.RedisClient", "io.github.bucket4j.redis.lettuce.Bucket4jLettuce"})
    @ConditionalOnProperty("launchpad.security.rate.redis")
    static class RedisConfiguration {

        @Bean
        @ConditionalOnMissingBean(Buckets.class)
        RedisBuckets launchpadRedisBuckets(SecurityProperties properties) {
            return RedisBuckets.at(Objects.requireNonNull(properties.rate().redis()));
        }
    }

    /** Needs records in the same database. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean({DataSource.class, JdbcStore.class})
    @ConditionalOnBooleanProperty("launchpad.security.rate.postgresql")
    static class PostgresConfiguration {

        @Bean
        @ConditionalOnMissingBean(Buckets.class)
        PostgresBuckets launchpadPostgresBuckets(DataSource dataSource, JdbcStore store, StoreProperties properties) {
            // The store makes its schema when it is used first.
            store.read(tables -> tables.outbox().size());
            return PostgresBuckets.in(dataSource, properties.schema(), Clock.systemUTC());
        }
    }
}
