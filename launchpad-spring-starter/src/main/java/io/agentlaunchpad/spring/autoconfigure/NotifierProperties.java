package io.agentlaunchpad.spring.autoconfigure;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who hears that an operation ended.
 *
 * @param log this process's log
 * @param slack a Slack channel
 * @param webhook an address of yours
 */
@ConfigurationProperties("launchpad.notifier")
public record NotifierProperties(
        @DefaultValue Log log,
        @DefaultValue Slack slack,
        @DefaultValue Webhook webhook) {

    /**
     * This process's log.
     *
     * @param enabled whether notices are written to the logger io.agentlaunchpad.notices
     */
    public record Log(@DefaultValue("true") boolean enabled) {}

    /**
     * A Slack channel.
     *
     * @param to the incoming webhook's address, a secret
     */
    public record Slack(@Nullable URI to) {

        /** Without the address, which is a secret. */
        @Override
        public String toString() {
            return "Slack";
        }
    }

    /**
     * An address of yours, which gets signed JSON.
     *
     * @param to https, or http on this machine
     * @param secret shared with the receiver; at least 16 characters
     */
    public record Webhook(@Nullable URI to, @Nullable String secret) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "Webhook";
        }
    }
}
