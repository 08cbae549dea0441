package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.jdbc.PostgresDoorbell;
import io.agentlaunchpad.redis.RedisDoorbell;
import io.agentlaunchpad.spi.Doorbell;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A doorbell that other processes hear, by property. Closed by the Launchpad that uses it. */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@EnableConfigurationProperties(DoorbellProperties.class)
public class LaunchpadDoorbellAutoConfiguration {

    /** Needs Lettuce. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.lettuce.core.RedisClient")
    @ConditionalOnProperty("launchpad.doorbell.redis")
    static class RedisConfiguration {

        @Bean(destroyMethod = "")
        @ConditionalOnMissingBean(Doorbell.class)
        RedisDoorbell launchpadRedisDoorbell(DoorbellProperties properties) {
            return RedisDoorbell.at(Objects.requireNonNull(properties.redis()), properties.channel());
        }
    }

    /** Needs the PostgreSQL driver. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.postgresql.PGConnection")
    @ConditionalOnSingleCandidate(DataSource.class)
    @ConditionalOnBooleanProperty("launchpad.doorbell.postgresql")
    static class PostgresConfiguration {

        @Bean(destroyMethod = "")
        @ConditionalOnMissingBean(Doorbell.class)
        PostgresDoorbell launchpadPostgresDoorbell(DataSource dataSource, DoorbellProperties properties) {
            return PostgresDoorbell.on(dataSource, properties.channel());
        }
    }
}
