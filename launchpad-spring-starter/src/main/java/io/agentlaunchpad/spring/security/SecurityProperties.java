package io.agentlaunchpad.spring.security;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the REST API, and how often.
 *
 * @param adminKey an admin's API key, alk_ and 64 hex digits; kept nowhere. Unless set, the first one is made at the first
 *     start and printed once to standard output
 * @param principal whether a user whom the application itself has authenticated needs no API key
 * @param adminRole role of such a user who is an admin
 * @param rate how often a caller may ask
 */
@ConfigurationProperties("launchpad.security")
public record SecurityProperties(
        @Nullable String adminKey,
        @DefaultValue("false") boolean principal,
        @DefaultValue("LAUNCHPAD_ADMIN") String adminRole,
        @DefaultValue Rate rate) {

    /** Without the key. */
    @Override
    public String toString() {
        return "SecurityProperties";
    }

    /**
     * How often a caller may ask. Counted by each process, unless they share their counts over Redis or PostgreSQL; wrong
     * keys are always counted by each process.
     *
     * @param changesPerQuarterHour changes of one key in 15 minutes
     * @param changesPerMinute changes of one key in a minute
     * @param readsPerMinute reads of one key in a minute
     * @param failuresPerMinute wrong keys of one address in a minute
     * @param redis address of the Redis over which processes share their counts, as in redis://user:password@host:6379/0;
     *     may hold a secret
     * @param postgresql whether processes share their counts over the application's DataSource
     */
    public record Rate(
            @DefaultValue("100") int changesPerQuarterHour,
            @DefaultValue("20") int changesPerMinute,
            @DefaultValue("600") int readsPerMinute,
            @DefaultValue("20") int failuresPerMinute,
            @Nullable String redis,
            @DefaultValue("false") boolean postgresql) {

        /** Without the address. */
        @Override
        public String toString() {
            return "Rate";
        }
    }
}
