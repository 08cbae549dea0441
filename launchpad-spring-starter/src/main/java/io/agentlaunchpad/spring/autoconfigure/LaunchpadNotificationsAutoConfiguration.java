package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.notify.LogNotifier;
import io.agentlaunchpad.notify.SlackNotifier;
import io.agentlaunchpad.notify.WebhookNotifier;
import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Notices as Spring events, always; and to the log, Slack and a webhook by property. Each goes through the outbox: at
 * least once, by one of the processes that share the store.
 */
@AutoConfiguration
@EnableConfigurationProperties(NotifierProperties.class)
public class LaunchpadNotificationsAutoConfiguration {

    /** Publishes each {@link Notice} as it is: {@code @EventListener void on(Notice notice)}. */
    @Bean
    @ConditionalOnMissingBean(name = "springEventNotifier")
    Notifier springEventNotifier(ApplicationEventPublisher publisher) {
        return new SpringEvents(publisher);
    }

    /** On unless {@code launchpad.notifier.log.enabled=false}. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBooleanProperty(name = "launchpad.notifier.log.enabled", matchIfMissing = true)
    LogNotifier logNotifier() {
        return new LogNotifier();
    }

    /** With {@code launchpad.notifier.slack.to}. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("launchpad.notifier.slack.to")
    SlackNotifier slackNotifier(NotifierProperties properties) {
        return SlackNotifier.to(Objects.requireNonNull(properties.slack().to()));
    }

    /** With {@code launchpad.notifier.webhook.to}. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("launchpad.notifier.webhook.to")
    WebhookNotifier webhookNotifier(NotifierProperties properties) {
        URI to = Objects.requireNonNull(properties.webhook().to());
        String secret = properties.webhook().secret();
        if (secret == null) {
            throw new WiringException(
                    "launchpad.notifier.webhook.to is set without a secret to sign with.",
                    "set launchpad.notifier.webhook.secret to at least 16 random characters.");
        }
        return WebhookNotifier.to(to, secret);
    }

    private record SpringEvents(ApplicationEventPublisher publisher) implements Notifier {

        @Override
        public String name() {
            return "spring-events";
        }

        @Override
        public void deliver(Notice notice, WorkContext context) {
            context.check();
            publisher.publishEvent(notice);
        }
    }
}
