package io.agentlaunchpad.benchmarks.queue;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Launchpad from {@code submit} to the claim of a worker, by two instances with a bell each. The builder refuses everything at
 * once, so that what comes after the start is short; each operation is settled before the next is submitted.
 */
final class Launchpads implements Contender {

    private final String name;
    private final Launchpad submitting;
    private final Launchpad working;
    private final BlockingQueue<Long> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<AgentEvent> settled = new LinkedBlockingQueue<>();
    private int number;

    Launchpads(String name, Supplier<Store> store, Supplier<Doorbell> bell) {
        this.name = name;
        this.submitting = launchpad(store.get(), bell.get(), 0);
        this.working = launchpad(new Watched(store.get(), started), bell.get(), 2);
        working.listen(new LaunchpadListener() {
            @Override
            public void on(AgentEvent event) {
                if (event.type() == EventType.OPERATION_SETTLED) {
                    settled.add(event);
                }
            }
        });
    }

    private static Launchpad launchpad(Store store, Doorbell bell, int workers) {
        return Launchpad.builder()
                .store(store)
                .doorbell(bell)
                .platform("nowhere", new FakePlatform())
                .artifacts(new FakeArtifacts().beforeBuild(() -> {
                    throw new BuildException("Far enough.", "nothing.");
                }))
                .workers(workers)
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Wait once() throws Exception {
        long before = System.nanoTime();
        submit(number++);
        long stored = System.nanoTime();
        long start = started.take();
        settled.take();
        return new Wait(start - before, start - stored);
    }

    @Override
    public void many(int count) throws Exception {
        Halves.run(count, this::submit);
        for (int i = 0; i < count; i++) {
            settled.take();
        }
        started.clear();
    }

    private void submit(int i) {
        AgentSpec spec =
                AgentSpec.named("agent-" + i % 100).bio("x".repeat(500)).build();
        submitting.submit(LaunchRequest.of(spec), Secrets.none());
    }

    @Override
    public void close() {
        working.close();
        submitting.close();
    }

    /** Takes the time right after a claim is committed. */
    private record Watched(Store store, BlockingQueue<Long> claims) implements Store {

        @Override
        public <T extends @Nullable Object> T transact(Function<? super Tables, ? extends T> work) {
            T result = store.transact(work);
            if (result instanceof Optional<?> found && found.isPresent() && found.get() instanceof OperationRow) {
                claims.add(System.nanoTime());
            }
            return result;
        }

        @Override
        public <T extends @Nullable Object> T read(Function<? super Tables, ? extends T> work) {
            return store.read(work);
        }

        @Override
        public Clock clock() {
            return store.clock();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
