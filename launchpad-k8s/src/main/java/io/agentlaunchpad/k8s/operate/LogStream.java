package io.agentlaunchpad.k8s.operate;

import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Lines;
import io.agentlaunchpad.k8s.client.Refusals;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one pod as it grows. The transport's threads leave word of what came; the thread that follows takes it in turns, so
 * that what the reader throws is thrown there.
 */
final class LogStream implements AutoCloseable {

    private final String pod;
    private final Consumer<String> lines;
    private final Consumer<Runnable> turns;
    private final Lines raw = new Lines(this::line);
    private final StringBuilder refusal = new StringBuilder();
    private final long opened = System.nanoTime();
    private Instant last;
    private @Nullable Instant begun;
    private int status;
    private boolean ended;
    private @Nullable CompletableFuture<HttpResponse<AsyncBody>> response;

    private LogStream(String pod, Instant after, Consumer<String> lines, Consumer<Runnable> turns) {
        this.pod = pod;
        this.last = after;
        this.lines = lines;
        this.turns = turns;
    }

    /**
     * Begins to read.
     *
     * @param after lines up to that time are known already
     * @param turns take what is to be done when something came; a turn throws what the reader throws, or that one has no right to
     *     the log
     */
    static LogStream open(
            Api api, String pod, String path, Instant after, Consumer<String> lines, Consumer<Runnable> turns) {
        LogStream stream = new LogStream(pod, after, lines, turns);
        CompletableFuture<HttpResponse<AsyncBody>> response = api.client()
                .getHttpClient()
                .consumeBytes(
                        api.request(path).forStreaming().build(),
                        (buffers, body) -> turns.accept(() -> {
                            stream.raw.take(buffers);
                            body.consume();
                        }));
        stream.response = response;
        CompletableFuture<?> unused =
                response.whenComplete((answer, fault) -> turns.accept(() -> stream.begin(answer)));
        return stream;
    }

    /** Whether it has ended, and was opened so long ago: one that ends at once would be opened without end. */
    boolean over(Duration atLeast) {
        return ended && System.nanoTime() - opened > atLeast.toNanos();
    }

    /** The time of the last line. */
    Instant last() {
        return last;
    }

    /** When the server let it begin, by this machine's clock; null where it did not. */
    @Nullable
    Instant begun() {
        return begun;
    }

    @Override
    public void close() {
        CompletableFuture<HttpResponse<AsyncBody>> open = response;
        if (open != null) {
            CompletableFuture<?> unused =
                    open.thenAccept(answer -> answer.body().cancel());
            open.cancel(true);
        }
    }

    private void begin(@Nullable HttpResponse<AsyncBody> answer) {
        if (answer == null) {
            ended = true;
            return;
        }
        status = answer.code();
        begun = status == 200 ? Instant.now() : null;
        CompletableFuture<?> unused = answer.body().done().whenComplete((done, broken) -> turns.accept(this::end));
        answer.body().consume();
    }

    private void end() {
        ended = true;
        if (status == 401 || status == 403) {
            raw.end();
            throw Refusals.of(new Answer(status, Map.of(), refusal.toString()), "The log of " + pod);
        }
    }

    private void line(String raw) {
        if (status != 200) {
            refusal.append(raw);
            return;
        }
        PodLogs.Line line = PodLogs.Line.of(raw, last);
        if (line.time().isAfter(last)) {
            last = line.time();
            lines.accept(line.text());
        }
    }
}
