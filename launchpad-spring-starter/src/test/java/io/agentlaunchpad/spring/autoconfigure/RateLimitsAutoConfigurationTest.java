package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.spring.security.Buckets;
import io.agentlaunchpad.spring.security.RateLimits;
import io.agentlaunchpad.spring.security.RedisBuckets;
import io.agentlaunchpad.spring.security.SecurityProperties;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class RateLimitsAutoConfigurationTest {

    @TempDir
    private Path home;

    private WebApplicationContextRunner app;

    @BeforeEach
    void anApplicationWithTheApi() {
        app = new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class,
                        LaunchpadRateLimitsAutoConfiguration.class,
                        LaunchpadWebAutoConfiguration.class))
                .withPropertyValues(
                        "launchpad.home=" + home,
                        "launchpad.store.kind=memory",
                        "launchpad.workers=0",
                        "launchpad.web.enabled=true");
    }

    @Test
    void counts_are_this_processs_own_unless_a_property_shares_them() {
        app.run(context -> assertThat(context).hasSingleBean(RateLimits.class).doesNotHaveBean(Buckets.class));
        // Nobody is asked before the first request.
        app.withPropertyValues("launchpad.security.rate.redis=redis://:planted-value@127.0.0.1:1")
                .run(context -> {
                    assertThat(context).hasSingleBean(RedisBuckets.class);
                    assertThat(context.getBean(SecurityProperties.class).rate())
                            .asString()
                            .doesNotContain("planted-value");
                });
    }

    @Test
    void a_place_for_them_that_is_not_there_ends_the_start_with_what_to_add() {
        app.withPropertyValues("launchpad.security.rate.redis=redis://127.0.0.1:1")
                .withClassLoader(new FilteredClassLoader("io.github.bucket4j.redis"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("bucket4j_jdk17-lettuce"));
        app.withPropertyValues("launchpad.security.rate.postgresql=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("launchpad.store.kind=jdbc"));
    }

    @Test
    void without_the_api_nothing_is_counted() {
        app.withPropertyValues("launchpad.web.enabled=false", "launchpad.security.rate.redis=redis://127.0.0.1:1")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Buckets.class));
    }
}
