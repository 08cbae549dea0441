package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Lines;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log of one pod as it grows. */
final class LogStream implements AutoCloseable {

    private final Consumer<String> lines;
    private final Runnable over;
    private final Lines raw = new Lines(this::line);
    private volatile String last;
    private volatile boolean ended;
    private volatile boolean closed;
    private @Nullable CompletableFuture<HttpResponse<AsyncBody>> response;

    private LogStream(String after, Consumer<String> lines, Runnable over) {
        this.last = after;
        this.lines = lines;
        this.over = over;
    }

    /**
     * Begins to read.
     *
     * @param after lines up to that time are known already
     * @param over runs when the stream has ended by itself
     */
    static LogStream open(Api api, String path, String after, Consumer<String> lines, Runnable over) {
        LogStream stream = new LogStream(after, lines, over);
        CompletableFuture<HttpResponse<AsyncBody>> response = api.client()
                .getHttpClient()
                .consumeBytes(api.request(path).forStreaming().build(), (buffers, body) -> {
                    stream.raw.take(buffers);
                    body.consume();
                });
        stream.response = response;
        CompletableFuture<?> unused = response.whenComplete((answer, fault) -> {
            if (answer == null || !answer.isSuccessful()) {
                stream.end();
                return;
            }
            CompletableFuture<?> end = answer.body().done().whenComplete((done, broken) -> stream.end());
            Objects.requireNonNull(end);
            if (stream.closed) {
                answer.body().cancel();
            } else {
                answer.body().consume();
            }
        });
        return stream;
    }

    boolean ended() {
        return ended;
    }

    /** The time of the last line. */
    String last() {
        return last;
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<HttpResponse<AsyncBody>> open = response;
        if (open != null) {
            CompletableFuture<?> unused =
                    open.thenAccept(answer -> answer.body().cancel());
            open.cancel(true);
        }
    }

    private void end() {
        ended = true;
        over.run();
    }

    private void line(String raw) {
        PodLogs.Line line = PodLogs.Line.of(raw);
        if (!closed && line.time().compareTo(last) > 0) {
            last = line.time();
            lines.accept(line.text());
        }
    }
}
