package io.agentlaunchpad.benchmarks.queue;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The least that Redis needs: XADD, XREADGROUP, XACK. Nothing is stored durably. */
final class BareStreams implements Contender {

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> submitting;
    private final String stream = "bare-" + UUID.randomUUID();
    private final BlockingQueue<Long> started = new LinkedBlockingQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean closed;

    BareStreams(RedisClient client) {
        this.client = client;
        this.submitting = client.connect();
        submitting.sync().xgroupCreate(StreamOffset.from(stream, "0"), "workers", XGroupCreateArgs.Builder.mkstream());
        for (int i = 0; i < 2; i++) {
            String consumer = "worker-" + i;
            Thread worker = new Thread(() -> work(consumer), "bare-streams-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    @Override
    public String name() {
        return "bare Redis streams";
    }

    @Override
    public Wait once() throws Exception {
        long before = System.nanoTime();
        submit();
        long stored = System.nanoTime();
        long start = started.take();
        return new Wait(start - before, start - stored);
    }

    @Override
    public void many(int count) throws Exception {
        Halves.run(count, i -> submit());
        for (int i = 0; i < count; i++) {
            started.take();
        }
    }

    private void submit() {
        submitting.sync().xadd(stream, Map.of("payload", "x".repeat(1_000)));
    }

    private void work(String consumer) {
        try (StatefulRedisConnection<String, String> mine = client.connect()) {
            while (!closed) {
                List<StreamMessage<String, String>> messages = mine.sync()
                        .xreadgroup(
                                Consumer.from("workers", consumer),
                                XReadArgs.Builder.block(Duration.ofSeconds(1)).count(1),
                                StreamOffset.lastConsumed(stream));
                for (StreamMessage<String, String> message : messages) {
                    started.add(System.nanoTime());
                    mine.sync().xack(stream, "workers", message.getId());
                }
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (Thread worker : workers) {
            worker.join();
        }
        submitting.sync().del(stream);
        submitting.close();
    }
}
