package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.operation.LaunchPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The core's properties; each calls the builder method of the same name.
 *
 * @param home directory for the store, project directories and local agents; .launchpad in the user's home unless set
 * @param workers operations that this process runs at once; 0 only submits
 * @param policy rules for launches that bring none of their own
 * @param limits what an agent may ask for
 * @param quotas how much work may wait, and how much one owner may have
 * @param watchDrift whether this process watches for what others change of agents' objects; where it has workers unless set
 * @param retention how long settled operations, events and scans are kept; for ever unless set
 */
@ConfigurationProperties("launchpad")
public record LaunchpadProperties(
        @Nullable Path home,
        @DefaultValue("2") int workers,
        @DefaultValue Policy policy,
        @DefaultValue Limits limits,
        @DefaultValue Quotas quotas,
        @Nullable Boolean watchDrift,
        @Nullable Duration retention) {

    /** The directory, absolute; the command line's default where none is set. */
    Path directory() {
        Path chosen = home == null ? Path.of(System.getProperty("user.home"), ".launchpad") : home;
        return chosen.toAbsolutePath().normalize();
    }

    /**
     * Rules for launches that bring none of their own.
     *
     * @param failOn mildest severity of a finding that refuses an artifact
     * @param healthyWithin how long a release may take to become ready
     * @param buildWithin how long validating, building and scanning may take together
     * @param takeBackWithin how long taking back may take
     * @param waive names of required plugin settings that may be missing
     * @param superseding whether a launch ends earlier launches of its agent that nobody has begun
     * @param scan which findings refuse an artifact
     * @param health when a release counts as healthy
     */
    public record Policy(
            @DefaultValue("critical") Severity failOn,
            @DefaultValue("5m") Duration healthyWithin,
            @DefaultValue("15m") Duration buildWithin,
            @DefaultValue("5m") Duration takeBackWithin,
            @DefaultValue Set<String> waive,
            @DefaultValue("false") boolean superseding,
            @DefaultValue Scan scan,
            @DefaultValue Health health) {

        LaunchPolicy policy() {
            LaunchPolicy policy = LaunchPolicy.standard()
                    .scan(scan.policy())
                    .failOn(failOn)
                    .health(health.policy())
                    .healthyWithin(healthyWithin)
                    .buildWithin(buildWithin)
                    .takeBackWithin(takeBackWithin);
            for (String setting : waive) {
                policy = policy.waive(setting);
            }
            return superseding ? policy.superseding() : policy;
        }
    }

    /**
     * Which findings refuse an artifact.
     *
     * @param ignoringUnfixed whether a vulnerability without a fixed version is let pass
     * @param allowingUnscanned whether an artifact that could not be scanned is let pass
     * @param waive findings accepted for a time
     */
    public record Scan(
            @DefaultValue("false") boolean ignoringUnfixed,
            @DefaultValue("false") boolean allowingUnscanned,
            @DefaultValue List<Waiver> waive) {

        ScanPolicy policy() {
            ScanPolicy policy = ScanPolicy.standard();
            if (ignoringUnfixed) {
                policy = policy.ignoringUnfixed();
            }
            if (allowingUnscanned) {
                policy = policy.allowingUnscanned();
            }
            for (Waiver waiver : waive) {
                policy = policy.waive(waiver.id(), waiver.reason(), waiver.until());
            }
            return policy;
        }
    }

    /**
     * A finding accepted for a time.
     *
     * @param id of the finding, such as CVE-2024-1
     * @param reason why it is accepted
     * @param until last day it holds, UTC
     */
    public record Waiver(String id, String reason, LocalDate until) {}

    /**
     * When a release counts as healthy.
     *
     * @param stableFor how long it must stay ready without a restart
     * @param replies whether it must answer one message as well; spends model tokens
     */
    public record Health(
            @DefaultValue("0s") Duration stableFor,
            @DefaultValue("false") boolean replies) {

        HealthPolicy policy() {
            HealthPolicy policy = HealthPolicy.standard().stableFor(stableFor);
            return replies ? policy.replies() : policy;
        }
    }

    /**
     * What an agent may ask for.
     *
     * @param allowPlugins package names, or @scope/* for all of a scope; every plugin unless set
     * @param maxMemory greatest memory limit of one replica
     * @param maxCpu greatest CPU limit of one replica, in cores or thousandths such as 500m
     * @param maxReplicas greatest number of replicas
     */
    public record Limits(
            @DefaultValue Set<String> allowPlugins,
            @DefaultValue("8Gi") String maxMemory,
            @DefaultValue("4") String maxCpu,
            @DefaultValue("10") int maxReplicas) {

        LimitPolicy policy() {
            try {
                LimitPolicy policy = LimitPolicy.standard()
                        .maxMemory(maxMemory)
                        .maxCpu(maxCpu)
                        .maxReplicas(maxReplicas);
                return allowPlugins.isEmpty() ? policy : policy.allowPlugins(allowPlugins.toArray(String[]::new));
            } catch (IllegalArgumentException e) {
                throw new WiringException(
                        "WIRING_INCOMPLETE",
                        "A property of launchpad.limits will not do. " + e.getMessage(),
                        "write launchpad.limits.max-memory as 2Gi and launchpad.limits.max-cpu as 500m are written.",
                        e);
            }
        }
    }

    /**
     * How much work may wait, and how much one owner may have.
     *
     * @param open operations of all owners that are not settled
     * @param openByOwner those of one owner; not limited unless set
     * @param agentsByOwner agents of one owner; not limited unless set
     * @param cpuByOwner of all agents of one owner, in cores or thousandths such as 500m; not limited unless set
     * @param memoryByOwner of all agents of one owner, such as 32Gi; not limited unless set
     */
    public record Quotas(
            @DefaultValue("10000") int open,
            @Nullable Integer openByOwner,
            @Nullable Integer agentsByOwner,
            @Nullable String cpuByOwner,
            @Nullable String memoryByOwner) {

        io.agentlaunchpad.operation.Quotas quotas() {
            try {
                PropertyMapper set = PropertyMapper.get();
                var quotas = io.agentlaunchpad.operation.Quotas.standard().open(open);
                quotas = set.from(openByOwner).to(quotas, io.agentlaunchpad.operation.Quotas::openByOwner);
                quotas = set.from(agentsByOwner).to(quotas, io.agentlaunchpad.operation.Quotas::agentsByOwner);
                quotas = set.from(cpuByOwner).to(quotas, io.agentlaunchpad.operation.Quotas::cpuByOwner);
                return set.from(memoryByOwner).to(quotas, io.agentlaunchpad.operation.Quotas::memoryByOwner);
            } catch (IllegalArgumentException e) {
                throw new WiringException(
                        "WIRING_INCOMPLETE",
                        "A property of launchpad.quotas will not do. " + e.getMessage(),
                        "write launchpad.quotas.memory-by-owner as 32Gi and launchpad.quotas.cpu-by-owner as 8 are written.",
                        e);
            }
        }
    }
}
