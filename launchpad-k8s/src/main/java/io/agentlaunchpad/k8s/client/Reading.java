package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is read while it comes. The transport's threads leave word of what came; the thread that asked takes it in order,
 * and only then asks for more.
 */
final class Reading {

    private final Lines lines;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();
    private @Nullable HttpResponse<AsyncBody> answer;
    private @Nullable Throwable fault;
    private boolean over;

    private Reading(Consumer<String> lines) {
        this.lines = new Lines(lines);
    }

    /**
     * Sends a request, and passes the lines of its answer on if that is a success.
     *
     * @throws BrokenOff when no answer came, or not all of it
     */
    static Answer of(HttpClient client, HttpRequest request, Consumer<String> lines, WorkContext context)
            throws BrokenOff, InterruptedException {
        return new Reading(lines).read(client, request, context);
    }

    private Answer read(HttpClient client, HttpRequest request, WorkContext context)
            throws BrokenOff, InterruptedException {
        CompletableFuture<HttpResponse<AsyncBody>> sent = client.consumeBytes(
                request,
                (buffers, body) -> turns.add(() -> {
                    take(buffers);
                    if (Math.max(lines.pending(), whole.size()) > AgentAccess.LONGEST_LINE) {
                        end(new IOException(
                                "more than " + AgentAccess.LONGEST_LINE + " bytes came without the end of a line"));
                    } else {
                        body.consume();
                    }
                }));
        CompletableFuture<?> unused = sent.whenComplete((response, broken) -> turns.add(() -> begin(response, broken)));
        try (WorkContext.Registration stop = context.onCancel(() -> turns.add(() -> {}))) {
            while (!over) {
                Runnable turn = turns.poll(context.remaining().toMillis() + 1, TimeUnit.MILLISECONDS);
                context.check();
                if (turn != null) {
                    turn.run();
                }
            }
        } finally {
            unused = sent.thenAccept(response -> response.body().cancel());
            sent.cancel(true);
        }
        if (answer == null || fault != null) {
            throw new BrokenOff(fault);
        }
        return Answer.of(answer, whole.toString(StandardCharsets.UTF_8));
    }

    private void begin(@Nullable HttpResponse<AsyncBody> response, @Nullable Throwable broken) {
        if (response == null) {
            end(broken);
            return;
        }
        answer = response;
        CompletableFuture<?> unused =
                response.body().done().whenComplete((done, brokenOff) -> turns.add(() -> end(brokenOff)));
        response.body().consume();
    }

    private void take(List<ByteBuffer> buffers) {
        if (answer != null && answer.isSuccessful()) {
            lines.take(buffers);
        } else {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                whole.writeBytes(bytes);
            }
        }
    }

    private void end(@Nullable Throwable broken) {
        fault = broken;
        over = true;
        if (broken == null) {
            lines.end();
        }
    }

    /** What came is not all, or nothing came. */
    static final class BrokenOff extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenOff(@Nullable Throwable cause) {
            super(cause);
        }
    }
}
