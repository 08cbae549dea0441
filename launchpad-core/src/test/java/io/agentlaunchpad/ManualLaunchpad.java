package io.agentlaunchpad;

import io.agentlaunchpad.internal.pipeline.Timings;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A Launchpad whose work is driven by the caller: nothing happens until {@link #runAll()}, on the calling thread, by a
 * clock that the test moves. For tests that must not wait.
 *
 * <pre>{@code
 * ManualLaunchpad manual = ManualLaunchpad.with(builder -> builder.platform("test", platform).artifacts(artifacts));
 * Operation operation = manual.launchpad().submit(request, Secrets.none());
 * manual.runAll();
 * assertThat(operation.report()).isPresent();
 * }</pre>
 */
public final class ManualLaunchpad implements AutoCloseable {

    private final MovableClock clock;
    private final Launchpad launchpad;

    private ManualLaunchpad(MovableClock clock, Launchpad launchpad) {
        this.clock = clock;
        this.launchpad = launchpad;
    }

    /** A Launchpad with the parts that the function adds. */
    public static ManualLaunchpad with(UnaryOperator<LaunchpadBuilder> parts) {
        return with(new MovableClock(), "manual", parts);
    }

    /** One with a name and a clock of its own, for tests with several on one store. */
    public static ManualLaunchpad with(MovableClock clock, String worker, UnaryOperator<LaunchpadBuilder> parts) {
        Timings quiet = new Timings(
                Duration.ofSeconds(30), Duration.ofHours(1), Duration.ofHours(1), 3, Duration.ofSeconds(2), 3);
        LaunchpadBuilder builder = parts.apply(Launchpad.builder()
                .workers(0)
                .watchDrift(true)
                .clock(clock)
                .sharedClock(clock)
                .timings(quiet)
                .workerName(worker));
        return new ManualLaunchpad(clock, builder.build());
    }

    public Launchpad launchpad() {
        return launchpad;
    }

    public MovableClock clock() {
        return clock;
    }

    /** Runs one operation that may run now. Returns whether there was one. */
    public boolean runOne() {
        return launchpad.engine().worker().once();
    }

    /** Runs every operation that may run now, and sends every notice that is due. */
    public void runAll() {
        while (runOne() || launchpad.engine().outbox().once()) {
            continue;
        }
    }

    @Override
    public void close() {
        launchpad.close();
    }
}
