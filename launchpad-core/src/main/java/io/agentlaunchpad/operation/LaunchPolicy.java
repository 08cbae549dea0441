package io.agentlaunchpad.operation;

import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.Severity;
import io.agentlaunchpad.health.HealthPolicy;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules one operation runs by. Immutable; safe to share.
 *
 * <pre>{@code
 * LaunchPolicy.standard().failOn(Severity.CRITICAL).healthyWithin(ofMinutes(5))
 * }</pre>
 *
 * @param scan which findings refuse an artifact
 * @param health when a release counts as healthy
 * @param buildWithin how long validate, build and scan may take together
 * @param takeBackWithin how long taking back may take; its own deadline, never shortened by the operation's
 * @param waived names of required plugin settings that may be missing
 * @param supersedes whether a launch ends earlier launches of its agent that nobody has begun
 */
public record LaunchPolicy(
        ScanPolicy scan,
        HealthPolicy health,
        Duration buildWithin,
        Duration takeBackWithin,
        Set<String> waived,
        boolean supersedes) {

    public LaunchPolicy {
        waived = java.util.Collections.unmodifiableSet(new TreeSet<>(waived));
    }

    /** {@link ScanPolicy#standard()}, {@link HealthPolicy#standard()}, 15 minutes to build, 5 to take back, nothing waived. */
    public static LaunchPolicy standard() {
        return new LaunchPolicy(
                ScanPolicy.standard(),
                HealthPolicy.standard(),
                Duration.ofMinutes(15),
                Duration.ofMinutes(5),
                Set.of(),
                false);
    }

    public LaunchPolicy failOn(Severity mildest) {
        return scan(scan.failOn(mildest));
    }

    public LaunchPolicy scan(ScanPolicy policy) {
        return new LaunchPolicy(policy, health, buildWithin, takeBackWithin, waived, supersedes);
    }

    public LaunchPolicy healthyWithin(Duration limit) {
        return health(health.healthyWithin(limit));
    }

    public LaunchPolicy health(HealthPolicy policy) {
        return new LaunchPolicy(scan, policy, buildWithin, takeBackWithin, waived, supersedes);
    }

    public LaunchPolicy buildWithin(Duration limit) {
        return new LaunchPolicy(scan, health, limit, takeBackWithin, waived, supersedes);
    }

    public LaunchPolicy takeBackWithin(Duration limit) {
        return new LaunchPolicy(scan, health, buildWithin, limit, waived, supersedes);
    }

    /** Lets a required plugin setting be missing: the agent starts, and that plugin does not work. */
    public LaunchPolicy waive(String setting) {
        Set<String> more = new TreeSet<>(waived);
        more.add(setting);
        return new LaunchPolicy(scan, health, buildWithin, takeBackWithin, more, supersedes);
    }

    /**
     * Only the newest wish counts: earlier launches of the agent that still wait end as CANCELLED, with the code
     * {@code SUPERSEDED_BY_NEWER}. Without it they run one after the other.
     */
    public LaunchPolicy superseding() {
        return new LaunchPolicy(scan, health, buildWithin, takeBackWithin, waived, true);
    }
}
