package io.agentlaunchpad.build.jib;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import io.agentlaunchpad.build.internal.registry.Pauses;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.WorkContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Runs one build of Jib under our laws: it has threads of its own, which end with it; a cancel ends it within a moment
 * and nothing more goes out; an answer that may be another one in a moment is asked for again.
 */
final class JibRun {

    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final AtomicInteger THREADS = new AtomicInteger();

    private JibRun() {}

    /**
     * @param image what; used again for each attempt
     * @param target where; made anew for each attempt
     */
    static JibContainer run(
            JibContainerBuilder image,
            Supplier<Containerizer> target,
            String host,
            String doing,
            long bytes,
            WorkContext context) {
        for (int attempt = 1; ; attempt++) {
            context.check();
            try {
                return once(image, target.get(), doing, bytes, context);
            } catch (ExecutionException e) {
                context.check();
                LaunchpadException fault = JibFaults.of(e.getCause() == null ? e : e.getCause(), host, doing);
                if (attempt == ATTEMPTS || !JibFaults.passes(fault)) {
                    throw fault;
                }
            }
            Pauses.sleep(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)), context);
        }
    }

    @SuppressWarnings("try")
    private static JibContainer once(
            JibContainerBuilder image, Containerizer target, String doing, long bytes, WorkContext context)
            throws ExecutionException {
        // Unbounded: Jib's steps wait for each other, and a pool with a limit never ends.
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "launchpad-image-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        AtomicBoolean stopped = new AtomicBoolean();
        CompletableFuture<JibContainer> result = new CompletableFuture<>();
        Runnable stop = () -> {
            stopped.set(true);
            // Interrupts readers of files and waits; what still comes to report progress is turned away below.
            threads.shutdownNow();
            result.completeExceptionally(new CancelledException("Cancelled while " + doing + ".", "start it again."));
        };
        JibProgress progress = new JibProgress(doing, bytes, context, stopped);
        target.setExecutorService(threads).addEventHandler(progress::heard);
        try (WorkContext.Registration registration = context.onCancel(stop)) {
            if (!stopped.get()) {
                threads.execute(() -> {
                    try {
                        result.complete(image.containerize(target));
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                });
            }
            return result.get();
        } catch (InterruptedException e) {
            stop.run();
            Thread.currentThread().interrupt();
            throw new CancelledException("The thread was interrupted while " + doing + ".", "start it again.");
        } finally {
            stopped.set(true);
            threads.shutdownNow();
        }
    }
}
