package io.agentlaunchpad.k8s.preflight;

import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that hold for a while. Of many who ask at once one goes out, the others wait for its answer; what is no good
 * answer is not remembered, so that what a person puts right is seen at once.
 */
final class Remembered<K, V> {

    /** Keys beyond this are forgotten all together: nobody has so many namespaces, and nothing may grow for ever. */
    private static final int MOST = 10_000;

    private final Duration lasts;
    private final Predicate<V> good;
    private final Map<K, Slot<V>> slots = new ConcurrentHashMap<>();

    /** Remembers what passes the test. */
    Remembered(Duration lasts, Predicate<V> good) {
        this.lasts = lasts;
        this.good = good;
    }

    V get(K key, WorkContext context, Supplier<V> asking) {
        if (slots.size() > MOST) {
            slots.clear();
        }
        Slot<V> slot = slots.computeIfAbsent(key, none -> new Slot<>());
        lock(slot.lock, context);
        try {
            V known = slot.value;
            if (known != null && context.clock().instant().isBefore(slot.until)) {
                return known;
            }
            V found = asking.get();
            slot.value = good.test(found) ? found : null;
            slot.until = context.clock().instant().plus(lasts);
            return found;
        } finally {
            slot.lock.unlock();
        }
    }

    private static void lock(ReentrantLock lock, WorkContext context) {
        try {
            while (!lock.tryLock(100, TimeUnit.MILLISECONDS)) {
                context.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("The thread was interrupted while it waited.", "try again.");
        }
    }

    private static final class Slot<V> {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable V value;
        private Instant until = Instant.MIN;
    }
}
