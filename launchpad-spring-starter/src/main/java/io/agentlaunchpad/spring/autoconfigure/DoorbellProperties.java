package io.agentlaunchpad.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What wakes the workers of other processes at once; without it they look every two seconds.
 *
 * @param redis address of Redis, as in redis://user:password@host:6379/0; may hold a secret
 * @param postgresql whether the application's DataSource rings, by LISTEN and NOTIFY; keeps one connection
 * @param channel that the processes of one Launchpad share
 */
@ConfigurationProperties("launchpad.doorbell")
public record DoorbellProperties(
        @Nullable String redis,
        @DefaultValue("false") boolean postgresql,
        @DefaultValue("launchpad") String channel) {

    /** Without the address. */
    @Override
    public String toString() {
        return "Doorbell";
    }
}
