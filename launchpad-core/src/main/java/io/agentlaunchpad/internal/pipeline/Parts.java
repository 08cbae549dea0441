package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.WorkObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a Launchpad was wired with.
 *
 * @param store its records
 * @param builders by what they make
 * @param scanners all of them
 * @param platforms by name
 * @param notifiers all of them
 * @param doorbell that wakes its workers
 * @param listeners in this process
 * @param observer of this process's work
 * @param policy for requests without their own
 * @param limits for every specification
 * @param quotas of work that waits and of what owners have
 * @param retention how long settled operations and events are kept, or null for ever
 * @param catalog of plugins
 * @param timings of claims and retries
 * @param worker the name of this process's workers
 * @param clock the time that all processes on the store agree on: of leases, and of everything that is stored
 * @param own this process's time: of the deadlines of its work, and of nothing that others read
 */
public record Parts(
        Store store,
        Map<Artifact.Kind, ArtifactBuilder> builders,
        List<ArtifactScanner> scanners,
        Map<String, Platform> platforms,
        List<Notifier> notifiers,
        Doorbell doorbell,
        List<LaunchpadListener> listeners,
        WorkObserver observer,
        LaunchPolicy policy,
        LimitPolicy limits,
        Quotas quotas,
        @Nullable Duration retention,
        PluginCatalog catalog,
        Timings timings,
        String worker,
        Clock clock,
        Clock own) {

    /** The platform of that name. */
    public Platform platform(String name) {
        Platform platform = platforms.get(name);
        if (platform == null) {
            throw new NotFoundException(
                    "PLATFORM_NOT_FOUND",
                    "No platform is called \"" + name + "\"; there are " + platforms.keySet() + ".",
                    "name one of them, or add it with Launchpad.builder().platform(\"" + name + "\", …).",
                    null);
        }
        return platform;
    }

    /** The builder whose artifacts a platform can run. */
    public ArtifactBuilder builderFor(Platform platform) {
        return builders.entrySet().stream()
                .filter(entry -> platform.runs().contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("build() refuses a platform without a builder"));
    }
}
