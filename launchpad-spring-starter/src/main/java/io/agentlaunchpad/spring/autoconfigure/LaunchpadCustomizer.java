package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.LaunchpadBuilder;

/**
 * Has the last word on the {@link io.agentlaunchpad.Launchpad} bean: called in {@code @Order} after properties and beans
 * were set, before it is built. For what no property and no bean says.
 *
 * <pre>{@code
 * @Bean
 * LaunchpadCustomizer ourPlugins() {
 *     return builder -> builder.plugins(PluginCatalog.shipped().with(ours));
 * }
 * }</pre>
 *
 * <p>Replace the store by a bean, not here: the REST API and the metrics read the bean.
 */
@FunctionalInterface
public interface LaunchpadCustomizer {

    /** Sets what it wants set. */
    void customize(LaunchpadBuilder builder);
}
