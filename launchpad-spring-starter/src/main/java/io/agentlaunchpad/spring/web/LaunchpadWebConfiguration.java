package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.Buckets;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.RateLimits;
import io.agentlaunchpad.spring.security.SecurityProperties;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
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

    /** Counts by itself, or with others where a property asks for that. */
    @Bean
    @ConditionalOnMissingBean
    RateLimits launchpadRateLimits(SecurityProperties properties, ObjectProvider<Buckets> shared) {
        SecurityProperties.Rate rate = properties.rate();
        Buckets buckets = shared.getIfAvailable();
        if (buckets == null && (rate.redis() != null || rate.postgresql())) {
            boolean redis = rate.redis() != null;
            throw new WiringException(
                    "Rate limits are to be shared over " + (redis ? "Redis" : "PostgreSQL")
                            + ", and what that needs is not there.",
                    redis
                            ? "add lettuce-core and com.bucket4j:bucket4j_jdk17-lettuce to the class path."
                            : "let the records be in PostgreSQL: launchpad.store.kind=jdbc with one DataSource.");
        }
        return new RateLimits(rate, Clock.systemUTC(), buckets);
    }

    /** In front of every address of the API, also where Spring MVC itself does not begin at the root. */
    @Bean
    FilterRegistrationBean<ApiFilter> launchpadApiFilter(
            WebProperties web,
            SecurityProperties security,
            Keyring keyring,
            RateLimits limits,
            Store store,
            Environment environment) {
        if (!web.basePath().matches(FORM)) {
            throw new WiringException(
                    "launchpad.web.base-path is \"" + web.basePath() + "\".",
                    "begin with a slash, do not end with one, and use letters, digits, dots, dashes: /launchpad/api.");
        }
        String prefix = prefix(environment);
        FilterRegistrationBean<ApiFilter> filter = new FilterRegistrationBean<>(
                new ApiFilter(web, prefix, security, keyring, limits, store, Clock.systemUTC()));
        filter.addUrlPatterns(prefix + web.basePath(), prefix + web.basePath() + "/*");
        filter.setOrder(FILTER_ORDER);
        filter.setAsyncSupported(true);
        return filter;
    }

    /** Where Spring MVC begins within the application. */
    private static String prefix(Environment environment) {
        String path = environment.getProperty("spring.mvc.servlet.path", "").replaceAll("/+$", "");
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
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
    Changes launchpadChanges(
            Launchpad launchpad, AgentDirectory directory, WebProperties web, Environment environment) {
        return new Changes(launchpad, directory, prefix(environment) + web.basePath());
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
    AgentArtifactController launchpadAgentArtifactController(
            Launchpad launchpad, AgentDirectory directory, WebProperties web) {
        return new AgentArtifactController(launchpad, directory, web);
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
