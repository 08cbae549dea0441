package io.agentlaunchpad;

import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.internal.pipeline.LeakScanner;
import io.agentlaunchpad.internal.pipeline.Parts;
import io.agentlaunchpad.internal.pipeline.Timings;
import io.agentlaunchpad.local.LocalPlatform;
import io.agentlaunchpad.local.ProjectDirectories;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.Quotas;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spi.WorkObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link Launchpad} together. Each method sets one part; {@link #build()} checks offline that they fit and names
 * everything missing or contradictory at once. Not for use by several threads.
 */
public final class LaunchpadBuilder {

    private @Nullable Path home;
    private @Nullable Store store;
    private @Nullable Doorbell doorbell;
    private final Map<Artifact.Kind, ArtifactBuilder> builders = new EnumMap<>(Artifact.Kind.class);
    private final List<ArtifactScanner> scanners = new ArrayList<>();
    private final Map<String, Platform> platforms = new LinkedHashMap<>();
    private final List<Notifier> notifiers = new ArrayList<>();
    private final List<LaunchpadListener> listeners = new ArrayList<>();
    private WorkObserver observer = WorkObserver.NONE;
    private LaunchPolicy policy = LaunchPolicy.standard();
    private LimitPolicy limits = LimitPolicy.standard();
    private Quotas quotas = Quotas.standard();
    private @Nullable Duration retention;
    private PluginCatalog catalog = PluginCatalog.shipped();
    private Timings timings = Timings.standard();
    private @Nullable Clock clock;
    private @Nullable Clock shared;
    private String worker = Stores.workerName();
    private int workers = 2;
    private @Nullable Boolean drift;

    LaunchpadBuilder() {}

    /**
     * Keeps everything below one directory of this machine: the store, and unless other parts are set, project directories
     * as artifacts and the local platform under the name {@code local}.
     */
    public LaunchpadBuilder home(Path directory) {
        home = directory;
        return this;
    }

    /** What makes artifacts; one for each kind of artifact that the platforms run. */
    public LaunchpadBuilder artifacts(ArtifactBuilder builder) {
        ArtifactBuilder before = builders.put(builder.makes(), builder);
        if (before != null && before != builder) {
            throw new WiringException(
                    "Two builders make " + builder.makes() + " artifacts.", "call artifacts(…) once for each kind.");
        }
        return this;
    }

    /** Looks into artifacts before they count; the secret-leak scanner always does, beside those added here. */
    public LaunchpadBuilder scanner(ArtifactScanner scanner) {
        scanners.add(scanner);
        return this;
    }

    /** Where agents run, under a name that requests use; the name is stored with each agent. */
    public LaunchpadBuilder platform(String name, Platform platform) {
        if (platforms.putIfAbsent(name, platform) != null) {
            throw new WiringException(
                    "Two platforms are called \"" + name + "\".", "give each platform a name of its own.");
        }
        return this;
    }

    /** Where records are kept; in memory by default, in files below {@link #home} where that is set. */
    public LaunchpadBuilder store(Store newStore) {
        store = newStore;
        return this;
    }

    /** What wakes workers; one of this process by default. */
    public LaunchpadBuilder doorbell(Doorbell bell) {
        doorbell = bell;
        return this;
    }

    /** Brings news of settled operations to people or systems. */
    public LaunchpadBuilder notifier(Notifier notifier) {
        if (notifiers.stream().anyMatch(other -> other.name().equals(notifier.name()))) {
            throw new WiringException(
                    "Two notifiers are called \"" + notifier.name() + "\".", "give each notifier a name of its own.");
        }
        notifiers.add(notifier);
        return this;
    }

    /** Hears every event of this process. */
    public LaunchpadBuilder listener(LaunchpadListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Stands around the work of this process's workers; one for all. */
    public LaunchpadBuilder observer(WorkObserver newObserver) {
        observer = newObserver;
        return this;
    }

    /** The rules for requests that bring none of their own. */
    public LaunchpadBuilder policy(LaunchPolicy rules) {
        policy = rules;
        return this;
    }

    /** What specifications may ask for. */
    public LaunchpadBuilder limits(LimitPolicy newLimits) {
        limits = newLimits;
        return this;
    }

    /** How much work may wait, and how much one owner may have; {@link Quotas#standard()} by default. */
    public LaunchpadBuilder quotas(Quotas newQuotas) {
        quotas = newQuotas;
        return this;
    }

    /**
     * How long settled operations, events and scans are kept, for stores that can forget; by default for ever. An agent's
     * newest settled operation, its releases and the audit are kept in any case.
     */
    public LaunchpadBuilder retention(Duration kept) {
        if (kept.isNegative() || kept.isZero()) {
            throw new WiringException("retention(" + kept + ") is not possible.", "name a time such as 90 days.");
        }
        retention = kept;
        return this;
    }

    /** What is known about plugins; by default what ships with Launchpad. */
    public LaunchpadBuilder plugins(PluginCatalog known) {
        catalog = known;
        return this;
    }

    /** How many operations this process runs at once; 2 by default, 0 only submits. */
    public LaunchpadBuilder workers(int count) {
        if (count < 0 || count > 1_000) {
            throw new WiringException("workers(" + count + ") is not possible.", "choose 0 to 1000.");
        }
        workers = count;
        return this;
    }

    /**
     * Whether this process watches its platforms for what others change of agents' objects, and writes it into the agents'
     * events; by default where it has workers. Several processes with one store write each change once.
     */
    public LaunchpadBuilder watchDrift(boolean watch) {
        drift = watch;
        return this;
    }

    /**
     * This process's own time, by which the deadlines of its work are measured; by default the store's. Leases, the order of
     * operations and all that is stored go by the store's time in any case, which all processes on it share: a clock that is
     * minutes off harms nobody.
     */
    public LaunchpadBuilder clock(Clock newClock) {
        clock = newClock;
        return this;
    }

    /** The store's time, in tests that move it. */
    LaunchpadBuilder sharedClock(Clock newClock) {
        shared = newClock;
        return this;
    }

    LaunchpadBuilder timings(Timings newTimings) {
        timings = newTimings;
        return this;
    }

    LaunchpadBuilder workerName(String name) {
        worker = name;
        return this;
    }

    /**
     * The Launchpad, with its workers started. Asks nobody outside; {@link Launchpad#preflight()} does.
     *
     * @throws WiringException that names everything missing or contradictory
     */
    public Launchpad build() {
        if (home != null) {
            settle(home);
        }
        List<String> wrong = wrong();
        if (!wrong.isEmpty()) {
            throw new WiringException(
                    "This Launchpad cannot work: " + String.join("; ", wrong) + ".",
                    "add what is named to Launchpad.builder(), or start from Launchpad.local().");
        }
        Store records = store == null ? Stores.inMemory() : store;
        Clock agreed = shared == null ? records.clock() : shared;
        return new Launchpad(
                new Parts(
                        records,
                        Map.copyOf(builders),
                        allScanners(),
                        Map.copyOf(platforms),
                        List.copyOf(notifiers),
                        doorbell == null ? new RingingBell() : doorbell,
                        List.copyOf(listeners),
                        observer,
                        policy,
                        limits,
                        quotas,
                        retention,
                        catalog,
                        timings,
                        worker,
                        agreed,
                        clock == null ? agreed : clock),
                workers,
                drift == null ? workers > 0 : drift);
    }

    private void settle(Path directory) {
        if (store == null) {
            store = Stores.files(directory.resolve("store"));
        }
        if (platforms.isEmpty()) {
            platform("local", LocalPlatform.under(directory));
        }
        if (builders.isEmpty()) {
            artifacts(ProjectDirectories.under(directory));
        }
    }

    private List<ArtifactScanner> allScanners() {
        List<ArtifactScanner> all = new ArrayList<>(List.of(new LeakScanner()));
        all.addAll(scanners);
        return all;
    }

    private List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        if (platforms.isEmpty()) {
            wrong.add("no platform is set: nothing to run agents on (platform(name, …) or home(…))");
        }
        platforms.forEach((name, platform) -> {
            if (platform.runs().stream().noneMatch(builders::containsKey)) {
                wrong.add("platform \"" + name + "\" runs " + platform.runs() + " artifacts, and artifacts(…) makes "
                        + (builders.isEmpty() ? "none" : builders.keySet()));
            }
        });
        return wrong;
    }
}
