package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.RateLimits;
import io.agentlaunchpad.spring.security.SecurityProperties;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The REST API's parts; brought in by the auto-configuration where {@code launchpad.web.enabled=true}. */
@Configuration(proxyBeanMethods = false)
public class LaunchpadWebConfiguration {

    /** Behind Spring Security's own filter, which stands at -100: a user it has found is known here. */
    private static final int FILTER_ORDER = 0;

    private static final String FORM = "(/[A-Za-z0-9._~-]+)+";

    /** Knows the keys; prints the first one where none was ever made. */
    @Bean
    @ConditionalOnMissingBean
    Keyring launchpadKeyring(ApiKeys keys, SecurityProperties properties) {
        Keyring keyring = new Keyring(keys, properties.adminKey(), Clock.systemUTC());
        // Standard output, not the log: logs are kept and sent on, and a key is shown once.
        keyring.first()
                .ifPresent(value -> System.out.println("Launchpad's first admin key, shown this once: " + value));
        return keyring;
    }

    @Bean
    @ConditionalOnMissingBean
    RateLimits launchpadRateLimits(SecurityProperties properties) {
        return new RateLimits(properties.rate(), Clock.systemUTC());
    }

    @Bean
    FilterRegistrationBean<ApiFilter> launchpadApiFilter(
            WebProperties web, SecurityProperties security, Keyring keyring, RateLimits limits, Store store) {
        if (!web.basePath().matches(FORM)) {
            throw new WiringException(
                    "launchpad.web.base-path is \"" + web.basePath() + "\".",
                    "begin with a slash, do not end with one, and use letters, digits, dots, dashes: /launchpad/api.");
        }
        FilterRegistrationBean<ApiFilter> filter =
                new FilterRegistrationBean<>(new ApiFilter(web, security, keyring, limits, store, Clock.systemUTC()));
        filter.addUrlPatterns(web.basePath(), web.basePath() + "/*");
        filter.setOrder(FILTER_ORDER);
        filter.setAsyncSupported(true);
        return filter;
    }

    @Bean
    Problems launchpadProblems() {
        return new Problems();
    }

    @Bean
    EventStreams launchpadEventStreams(Launchpad launchpad, Store store, WebProperties web) {
        return new EventStreams(launchpad, store, web.streams());
    }

    @Bean
    WebMvcConfigurer launchpadWebMvcConfigurer() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }

            @Override
            public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
                builder.addCustomConverter(new Wire());
            }
        };
    }

    @Bean
    AgentDirectory launchpadAgentDirectory(Store store) {
        return new AgentDirectory(store);
    }

    @Bean
    Changes launchpadChanges(Launchpad launchpad, AgentDirectory directory, WebProperties web) {
        return new Changes(launchpad, directory, web.basePath());
    }

    @Bean
    AgentsController launchpadAgentsController(
            Launchpad launchpad, AgentDirectory directory, Changes changes, LimitPolicy limits, PluginCatalog plugins) {
        return new AgentsController(launchpad, directory, new AgentBodies(limits, plugins), changes);
    }

    @Bean
    AgentChangesController launchpadAgentChangesController(
            Launchpad launchpad, AgentDirectory directory, Changes changes) {
        return new AgentChangesController(launchpad, directory, changes);
    }

    @Bean
    AgentTalkController launchpadAgentTalkController(
            Launchpad launchpad, AgentDirectory directory, EventStreams streams, WebProperties web) {
        return new AgentTalkController(launchpad, directory, streams, web);
    }

    @Bean
    KeysController launchpadKeysController(Keyring keyring) {
        return new KeysController(keyring, Clock.systemUTC());
    }

    @Bean
    SystemController launchpadSystemController(
            Launchpad launchpad, Store store, AgentDirectory directory, PluginCatalog plugins, EventStreams streams) {
        return new SystemController(launchpad, store, directory, plugins, streams, Clock.systemUTC());
    }
}
