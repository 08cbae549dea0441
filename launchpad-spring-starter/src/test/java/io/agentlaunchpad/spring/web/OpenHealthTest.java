package io.agentlaunchpad.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentlaunchpad.MovableClock;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.spi.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Anybody may ask for the health: what that costs where the records' place is slow or away. */
@Timeout(60)
class OpenHealthTest {

    private final MovableClock clock = new MovableClock();
    private final SlowStore store = new SlowStore();
    private final SystemController system = new SystemController(null, store, null, null, null, clock);

    private String health() {
        return system.health(null).status();
    }

    @Test
    void what_a_slow_look_found_is_fresh_when_it_is_found() {
        store.during = () -> {
            clock.advance(Duration.ofSeconds(30));
            throw new StoreException("STORE_FAILED", "No connection in 30 s.", "start the database.", null);
        };
        assertThat(health()).isEqualTo("DOWN");
        assertThat(health()).isEqualTo("DOWN");
        assertThat(store.looks).hasValue(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(health()).isEqualTo("DOWN");
        assertThat(store.looks).hasValue(2);
    }

    @Test
    void while_one_looks_the_others_hear_what_was_found_last() throws Exception {
        assertThat(health()).isEqualTo("UP");
        clock.advance(Duration.ofSeconds(2));
        CountDownLatch answer = new CountDownLatch(1);
        store.during = () -> {
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new StoreException("STORE_FAILED", "No connection in 30 s.", "start the database.", null);
        };
        CompletableFuture<String> one = CompletableFuture.supplyAsync(this::health);
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> store.looks.get() == 2);
            assertThat(CompletableFuture.supplyAsync(this::health).get(10, TimeUnit.SECONDS))
                    .isEqualTo("UP");
        } finally {
            answer.countDown();
        }
        assertThat(one.get()).isEqualTo("DOWN");
        assertThat(health()).isEqualTo("DOWN");
        assertThat(store.looks).hasValue(2);
    }

    private static final class SlowStore implements Store {

        private final Store kept = Stores.inMemory();
        private final AtomicInteger looks = new AtomicInteger();
        private volatile Runnable during = () -> {};

        @Override
        public <T extends @Nullable Object> T transact(Function<? super Tables, ? extends T> work) {
            return kept.transact(work);
        }

        @Override
        public <T extends @Nullable Object> T read(Function<? super Tables, ? extends T> work) {
            looks.incrementAndGet();
            during.run();
            return kept.read(work);
        }

        @Override
        public void close() {
            kept.close();
        }
    }
}
