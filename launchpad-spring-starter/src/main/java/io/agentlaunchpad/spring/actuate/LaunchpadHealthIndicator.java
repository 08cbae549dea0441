package io.agentlaunchpad.spring.actuate;

import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while the records can be read. Says how many operations wait and how long the oldest has; asks no platform, because
 * orchestrators restart what is down, and a restart mends no cluster.
 */
public final class LaunchpadHealthIndicator extends AbstractHealthIndicator {

    private final Store store;
    private final Clock clock;

    public LaunchpadHealthIndicator(Store store, Clock clock) {
        super("Launchpad's records cannot be read");
        this.store = store;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        List<OperationRow> open = store.read(tables -> tables.operations().unsettled(Integer.MAX_VALUE));
        builder.up().withDetail("operationsOpen", open.size());
        if (!open.isEmpty()) {
            builder.withDetail(
                    "oldestOperation",
                    Duration.between(open.get(0).createdAt(), clock.instant()).toSeconds() + " s");
        }
    }
}
