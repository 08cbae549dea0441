package io.agentlaunchpad.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The laws of {@link Doorbell}. Whoever makes one extends this class in a test. */
public abstract class DoorbellContract {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final List<Doorbell> opened = new ArrayList<>();

    /** A new handle on the same bell; on a bell of one process, the same handle. */
    protected abstract Doorbell open() throws Exception;

    protected final Doorbell bell() throws Exception {
        Doorbell bell = open();
        opened.add(bell);
        return bell;
    }

    @AfterEach
    void closeBells() {
        opened.forEach(Doorbell::close);
    }

    @Test
    void a_ring_wakes_who_waits() throws Exception {
        Doorbell bell = settled(bell());
        CompletableFuture<Duration> waited = waiting(bell);

        bell.ring();

        assertThat(waited.get(10, TimeUnit.SECONDS)).isLessThan(LONG);
    }

    @Test
    void a_ring_of_one_handle_wakes_who_waits_at_another() throws Exception {
        Doorbell here = settled(bell());
        Doorbell there = settled(bell());
        CompletableFuture<Duration> waited = waiting(there);

        ringUntil(here, waited);

        assertThat(waited.get(1, TimeUnit.SECONDS)).isLessThan(LONG);
    }

    @Test
    void a_ring_while_nobody_waits_is_remembered() throws Exception {
        Doorbell bell = settled(bell());

        bell.ring();

        assertThat(await(bell, LONG)).isLessThan(LONG.dividedBy(2));
    }

    @Test
    void without_a_ring_the_wait_ends_with_its_time() throws Exception {
        Doorbell bell = settled(bell());
        Duration waited = await(bell, SHORT);
        // On a busy machine a bell may connect only now, and it rings when it has connected and when it listens.
        for (int rung = 0; rung < 2 && waited.compareTo(SHORT.minusMillis(10)) < 0; rung++) {
            waited = await(bell, SHORT);
        }

        assertThat(waited).isBetween(SHORT.minusMillis(10), LONG);
    }

    @Test
    void whoever_waits_can_be_interrupted() throws Exception {
        Doorbell bell = settled(bell());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> bell.await(LONG)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void ten_thousand_rings_hold_nobody_up() throws Exception {
        Doorbell bell = settled(bell());
        long start = System.nanoTime();

        for (int i = 0; i < 10_000; i++) {
            bell.ring();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(await(bell, LONG)).isLessThan(LONG);
    }

    @Test
    void a_process_that_ends_right_after_its_ring_is_heard() throws Exception {
        Doorbell there = settled(bell());
        CompletableFuture<Duration> waited = waiting(there);
        Doorbell here = bell(); // and it has not connected yet

        here.ring();
        here.close();

        assertThat(waited.get(LONG.toSeconds() * 2, TimeUnit.SECONDS)).isLessThan(LONG);
    }

    @Test
    void a_closed_bell_throws_nothing() throws Exception {
        Doorbell bell = bell();
        bell.close();

        assertThatCode(bell::ring).doesNotThrowAnyException();
        assertThatCode(bell::close).doesNotThrowAnyException();
    }

    /** A bell after it has connected: whatever it rang for that is heard and forgotten. */
    protected static Doorbell settled(Doorbell bell) throws InterruptedException {
        long quiet = 0;
        while (quiet < 300) {
            quiet = await(bell, Duration.ofMillis(300)).toMillis();
        }
        return bell;
    }

    /** Rings again and again, as work does, until the one who waits has heard. */
    protected static void ringUntil(Doorbell bell, CompletableFuture<Duration> heard) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!heard.isDone() && System.nanoTime() < end) {
            bell.ring();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    protected static CompletableFuture<Duration> waiting(Doorbell bell) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return await(bell, LONG);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static Duration await(Doorbell bell, Duration atMost) throws InterruptedException {
        long start = System.nanoTime();
        bell.await(atMost);
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
