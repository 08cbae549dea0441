package io.agentlaunchpad.benchmarks.queue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/** Work split over two threads. */
final class Halves {

    private Halves() {}

    interface Step {
        void run(int number) throws Exception;
    }

    static void run(int count, Step step) {
        List<CompletableFuture<Void>> halves = IntStream.range(0, 2)
                .mapToObj(half -> CompletableFuture.runAsync(() -> {
                    for (int i = half; i < count; i += 2) {
                        try {
                            step.run(i);
                        } catch (Exception e) {
                            throw new CompletionException(e);
                        }
                    }
                }))
                .toList();
        halves.forEach(CompletableFuture::join);
    }
}
