package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.event.Progress;
import io.agentlaunchpad.event.Scanned;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.spi.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records and events together, then tells this process's listeners. Law 4: stored before heard, in order.
 */
public final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int STRIPES = 64;

    private final Store store;
    private final Clock clock;
    private final List<LaunchpadListener> listeners;
    private final Object[] stripes = new Object[STRIPES];

    public Ledger(Store store, Clock clock, List<LaunchpadListener> listeners) {
        this.store = store;
        this.clock = clock;
        this.listeners = new CopyOnWriteArrayList<>(listeners);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /** Hears from now on, until removed. */
    public void add(LaunchpadListener listener) {
        listeners.add(listener);
    }

    public void remove(LaunchpadListener listener) {
        listeners.remove(listener);
    }

    /** One transaction about one agent. */
    <T extends @Nullable Object> T write(AgentId agentId, Function<? super Entry, ? extends T> work) {
        if (store.joined()) {
            // Who waits here for a caller's transaction that is still open must not hold what that caller needs to end
            // it.
            return enter(agentId, work);
        }
        // Two writers of one agent would otherwise tell its events in the wrong order.
        synchronized (stripes[Math.floorMod(agentId.hashCode(), STRIPES)]) {
            return enter(agentId, work);
        }
    }

    private <T extends @Nullable Object> T enter(AgentId agentId, Function<? super Entry, ? extends T> work) {
        List<AgentEvent> happened = new ArrayList<>();
        T result = store.transact(tables -> {
            happened.clear();
            return work.apply(new Entry(tables, agentId, clock, happened));
        });
        if (!happened.isEmpty()) {
            store.afterCommit(() -> happened.forEach(event -> tell(listener -> listener.on(event))));
        }
        return result;
    }

    void tell(Progress progress) {
        tell(listener -> listener.on(progress));
    }

    void tell(Scanned scanned) {
        tell(listener -> listener.on(scanned));
    }

    private void tell(Consumer<LaunchpadListener> call) {
        for (LaunchpadListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.warn("A listener failed; the others go on", e);
            }
        }
    }

    /** A transaction in which events are written too. */
    record Entry(Store.Tables tables, AgentId agentId, Clock clock, List<AgentEvent> happened) {

        AgentEvent event(EventType type, @Nullable OperationId operationId, String message, Map<String, String> data) {
            AgentEvent event = tables.events().append(agentId, clock.instant(), type, operationId, message, data);
            happened.add(event);
            return event;
        }
    }
}
