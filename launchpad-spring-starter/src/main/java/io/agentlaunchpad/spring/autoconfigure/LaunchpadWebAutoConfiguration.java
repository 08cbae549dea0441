package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.FileApiKeys;
import io.agentlaunchpad.spring.security.MemoryApiKeys;
import io.agentlaunchpad.spring.security.SecurityProperties;
import io.agentlaunchpad.spring.web.LaunchpadWebConfiguration;
import io.agentlaunchpad.spring.web.WebProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.DispatcherServlet;

/** The REST API, where {@code launchpad.web.enabled=true} in an application with Spring MVC. */
@AutoConfiguration(after = {LaunchpadAutoConfiguration.class, LaunchpadJdbcAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty("launchpad.web.enabled")
@EnableConfigurationProperties({
    LaunchpadProperties.class,
    StoreProperties.class,
    WebProperties.class,
    SecurityProperties.class
})
@Import(LaunchpadWebConfiguration.class)
public class LaunchpadWebAutoConfiguration {

    /** Files below {@code launchpad.home}, or memory; where the records are rows, the keys are rows beside them. */
    @Bean
    @ConditionalOnMissingBean
    ApiKeys launchpadApiKeys(LaunchpadProperties launchpad, StoreProperties store) {
        return store.kind() == StoreProperties.Kind.MEMORY
                ? new MemoryApiKeys()
                : FileApiKeys.below(launchpad.directory().resolve("keys"));
    }
}
