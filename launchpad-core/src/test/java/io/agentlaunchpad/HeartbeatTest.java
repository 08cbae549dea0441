package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.internal.pipeline.Timings;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The heartbeat keeps the lease while the worker's own thread writes the same row. */
class HeartbeatTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Timings BEATING =
            new Timings(LEASE, Duration.ofMillis(1), Duration.ofHours(1), 3, Duration.ofSeconds(2), 3);

    private static final LaunchRequest REQUEST =
            LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());

    private static final Set<Thread.State> WAITING = EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING);

    private final MovableClock clock = new MovableClock();
    private final AtomicReference<Runnable> within = new AtomicReference<>();
    /** Runs once, when the heartbeat has read the row. */
    private final AtomicReference<Runnable> afterLook = new AtomicReference<>();

    @Test
    void an_operation_that_ends_while_the_heartbeat_wants_to_write_ends() throws Exception {
        try (Launchpad launchpad = launchpad(Stores.inMemory(), new FakeArtifacts())) {
            launchpad.listen(new LaunchpadListener() {
                @Override
                public void on(AgentEvent event) {
                    if (event.type() == EventType.STAGE_FINISHED
                            && "MONITOR".equals(event.data().get("stage"))) {
                        within.set(HeartbeatTest.this::letTheHeartbeatWant);
                    }
                }
            });
            Operation operation = launchpad.submit(REQUEST, Secrets.none());

            CompletableFuture<Boolean> worked = CompletableFuture.supplyAsync(
                    () -> launchpad.engine().worker().once());

            assertThat(worked.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(within).as("the end was met").hasValue(null);
            assertThat(operation.report()).map(Report::outcome).contains(Outcome.SUCCEEDED);
        }
    }

    @Test
    void an_operation_that_is_given_back_after_the_heartbeat_looked_keeps_its_pause() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch givenBack = new CountDownLatch(1);
        FakeArtifacts artifacts = new FakeArtifacts().beforeBuild(() -> {
            afterLook.set(() -> {
                clock.advance(LEASE.dividedBy(2));
                looked.countDown();
                await(givenBack);
            });
            await(looked);
            throw new UnreachableException("The registry did not answer.", "check the network.");
        });
        Store store = Stores.inMemory();
        try (Launchpad launchpad = launchpad(store, artifacts)) {
            Operation operation = launchpad.submit(REQUEST, Secrets.none());
            assertThat(launchpad.engine().worker().once()).isTrue();

            givenBack.countDown();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !beats(state -> true));

            Optional<OperationRow> row =
                    store.read(tables -> tables.operations().find(operation.id()));
            assertThat(row.orElseThrow().claim())
                    .returns(null, Hold::worker)
                    .returns(clock.instant().plus(BEATING.backoff()), Hold::notBefore);
        }
    }

    private Launchpad launchpad(Store store, FakeArtifacts artifacts) {
        return Launchpad.builder()
                .workers(0)
                .clock(clock)
                .sharedClock(clock)
                .timings(BEATING)
                .platform("test", new FakePlatform())
                .artifacts(artifacts)
                .store(interrupted(store))
                .build();
    }

    /** In the transaction that ends the operation: the lease is due, and the heartbeat waits for what this thread holds. */
    private void letTheHeartbeatWant() {
        clock.advance(LEASE.dividedBy(2));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end && !heartbeatWaits()) {
            Thread.onSpinWait();
        }
        assertThat(heartbeatWaits()).as("it waits").isTrue();
    }

    /** For the row, or, where it had looked at that just before, for the store's lock: each of them is held by this thread. */
    private static boolean heartbeatWaits() {
        return beats(WAITING::contains);
    }

    private static boolean beats(Predicate<Thread.State> states) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> states.test(each.getKey().getState()))
                .anyMatch(each -> isBeat(each.getValue()));
    }

    private static boolean isBeat(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("beat"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same store, with something else to do within one transaction. */
    private Store interrupted(Store store) {
        return (Store) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Store.class}, (self, method, given) -> {
                    Runnable first = method.getName().equals("transact") ? within.getAndSet(null) : null;
                    Object[] passed = first == null ? given : new Object[] {after(first, given[0])};
                    try {
                        Object result = method.invoke(store, passed);
                        boolean looks = method.getName().equals("read")
                                && isBeat(Thread.currentThread().getStackTrace());
                        Runnable then = looks ? afterLook.getAndSet(null) : null;
                        if (then != null) {
                            then.run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static Function<Object, Object> after(Runnable first, Object work) {
        return tables -> {
            first.run();
            return ((Function<Object, Object>) work).apply(tables);
        };
    }
}
