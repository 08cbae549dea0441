package io.agentlaunchpad;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.spi.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of two operations on one agent the one accepted later sorts later: {@code ifUnchangedSince} sees every change. */
class AcceptanceOrderTest {

    /** What happens once, right before the next transaction that writes. */
    private final AtomicReference<@Nullable Runnable> between = new AtomicReference<>();

    private final ManualLaunchpad manual = ManualLaunchpad.with(builder -> builder.store(interrupted(Stores.inMemory()))
            .platform("test", new FakePlatform())
            .artifacts(new FakeArtifacts()));
    private final Launchpad launchpad = manual.launchpad();

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void a_launch_that_waited_for_another_one_is_the_later_one() {
        AtomicReference<Operation> other = new AtomicReference<>();
        between.set(() -> other.set(launch()));

        Operation waited = launch();

        assertThat(waited.id()).isGreaterThan(other.get().id());
    }

    @Test
    void a_change_that_waited_for_another_one_is_the_later_one() {
        Agent agent = launchpad.agent(launch().agentId());
        manual.runAll();
        AtomicReference<Operation> other = new AtomicReference<>();
        between.set(() -> other.set(agent.restart()));

        Operation waited = agent.stop();

        assertThat(waited.id()).isGreaterThan(other.get().id());
    }

    private Operation launch() {
        return launchpad.submit(
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build()), Secrets.none());
    }

    private Store interrupted(Store store) {
        return (Store) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Store.class}, (self, method, given) -> {
                    Runnable first = method.getName().equals("transact") ? between.getAndSet(null) : null;
                    if (first != null) {
                        first.run();
                    }
                    try {
                        return method.invoke(store, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
