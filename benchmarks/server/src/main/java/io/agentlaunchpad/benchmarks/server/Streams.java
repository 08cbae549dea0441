package io.agentlaunchpad.benchmarks.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * 200 open event streams of one agent: how long from asking for a restart until each has heard that it was accepted. Prints a row of a table.
 *
 * <p>Arguments: the API's address and the file with the key.
 */
public final class Streams {

    private static final int STREAMS = 200;
    private static final int ROUNDS = 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI api;
    private final String key;
    private final BlockingQueue<Long> queued = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> settled = new LinkedBlockingQueue<>();

    private Streams(URI api, String key) {
        this.api = api;
        this.key = key;
    }

    public static void main(String[] args) throws Exception {
        new Streams(URI.create(args[0]), Files.readString(Path.of(args[1]))).run();
    }

    private void run() throws Exception {
        String agent = Agents.id(4711);
        long before = System.nanoTime();
        CountDownLatch open = new CountDownLatch(STREAMS);
        List<CompletableFuture<HttpResponse<Void>>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(http.sendAsync(request("/agents/" + agent + "/events").build(), response -> {
                if (response.statusCode() != 200) {
                    throw new IllegalStateException("A stream was answered with " + response.statusCode());
                }
                open.countDown();
                return HttpResponse.BodySubscribers.fromLineSubscriber(new Lines());
            }));
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            streams.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
            throw new IllegalStateException(open.getCount() + " streams did not open");
        }
        long opened = System.nanoTime() - before;
        List<Long> took = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            long asked = System.nanoTime();
            restart(agent);
            for (int i = 0; i < STREAMS; i++) {
                long after = next(queued) - asked;
                if (round > 0) { // the first one comes behind the story so far
                    took.add(after);
                }
            }
            for (int i = 0; i < STREAMS; i++) {
                next(settled);
            }
        }
        Collections.sort(took);
        System.out.printf(
                Locale.ROOT,
                "| %d | %.0f ms | %d | %.1f ms | %.1f ms | %.1f ms |%n",
                STREAMS,
                opened / 1e6,
                took.size(),
                took.get(took.size() / 2) / 1e6,
                took.get(took.size() * 99 / 100) / 1e6,
                took.get(took.size() - 1) / 1e6);
        System.exit(0); // the streams are still open
    }

    private static long next(BlockingQueue<Long> heard) throws InterruptedException {
        Long at = heard.poll(30, TimeUnit.SECONDS);
        if (at == null) {
            throw new IllegalStateException("A stream has not heard of an event within 30 seconds");
        }
        return at;
    }

    private void restart(String agent) throws Exception {
        HttpResponse<String> response = http.send(
                request("/agents/" + agent + "/restart")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 202) {
            throw new IllegalStateException(response.body());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path)).header("X-API-Key", key);
    }

    /** Notes when an operation was accepted and when it ended. */
    private final class Lines implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("data:") && line.contains("\"OPERATION_QUEUED\"")) {
                queued.add(System.nanoTime());
            } else if (line.startsWith("data:") && line.contains("\"OPERATION_SETTLED\"")) {
                settled.add(System.nanoTime());
            }
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException("A stream broke", failure);
        }

        @Override
        public void onComplete() {}
    }
}
