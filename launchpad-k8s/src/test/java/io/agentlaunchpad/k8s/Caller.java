package io.agentlaunchpad.k8s;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A client that calls a Service all the time, on a new connection each time, and remembers the longest silence. */
final class Caller implements AutoCloseable {

    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong longest = new AtomicLong();
    private final Thread thread;
    private volatile boolean over;

    Caller(String url) {
        thread = new Thread(() -> call(url), "caller");
        thread.setDaemon(true);
        thread.start();
    }

    int answered() {
        return answered.get();
    }

    /**
     * What befell each call that failed, and when; of those after the first answer, for nobody answers until the node's
     * rules for a new Service stand.
     */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** The longest time between two answers, milliseconds. */
    long longestGap() {
        return longest.get() / 1_000_000;
    }

    /** The same after one more answer: a silence counts once it has ended. */
    long longestGapOnceItAnswers() {
        int before = answered.get();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> answered.get() > before);
        return longestGap();
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join(3000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(String url) {
        long last = System.nanoTime();
        while (!over) {
            long begun = System.nanoTime();
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
                connection.setConnectTimeout(1000);
                // A busy machine is no fault: a process that is gone says so at once.
                connection.setReadTimeout(10_000);
                connection.setRequestProperty("Connection", "close");
                if (connection.getResponseCode() != 200) {
                    throw new IOException("status " + connection.getResponseCode());
                }
                connection.getInputStream().readAllBytes();
                long now = System.nanoTime();
                if (answered.getAndIncrement() > 0) {
                    longest.accumulateAndGet(now - last, Math::max);
                }
                last = now;
                Thread.sleep(20);
            } catch (IOException e) {
                if (answered.get() > 0) {
                    failures.add(Instant.now() + " after " + (System.nanoTime() - begun) / 1_000_000 + " ms: " + e);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
