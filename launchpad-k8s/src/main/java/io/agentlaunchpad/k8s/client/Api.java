package io.agentlaunchpad.k8s.client;

import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to the API server: once, or until it answers. Safe for concurrent use.
 *
 * <p>Laws: nothing is sent for work that is cancelled or past its deadline; a wait ends within a moment of a cancel; a
 * request that is repeated has the effect of one, because all of them are (names and UIDs are fixed beforehand).
 */
public final class Api {

    /** How long a server may be away before the work fails. A restart takes 10 to 30 seconds. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final KubernetesClient client;
    private final String root;

    public Api(KubernetesClient client) {
        this.client = client;
        String url = client.getConfiguration().getMasterUrl();
        this.root = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** The client beneath, for what watches. */
    public KubernetesClient client() {
        return client;
    }

    /** The server's address. */
    public String server() {
        return root;
    }

    /**
     * One attempt.
     *
     * @throws UnreachableException when no answer came
     */
    public Answer once(Call call, WorkContext context) {
        context.check();
        Try result = await(List.of(send(call)), List.of(call), context).get(0);
        context.check();
        if (result.answer() == null) {
            throw unreachable(call, String.valueOf(result.fault()), null);
        }
        return result.answer();
    }

    /**
     * One attempt, whose answer is passed on line by line while it comes, on this thread; one that is no success comes whole.
     *
     * @throws UnreachableException when no answer came, or it broke off
     */
    public Answer stream(Call call, Consumer<String> lines, WorkContext context) {
        context.check();
        try {
            return Reading.of(
                    client.getHttpClient(), request(call).forStreaming().build(), lines, context);
        } catch (Reading.BrokenOff e) {
            Throwable fault = e.getCause() == null ? e : e.getCause();
            throw unreachable(call, sentence(fault), fault);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Until the server answers: see {@link #all}. */
    public Answer call(Call call, Runnable before, WorkContext context) {
        return all(List.of(call), before, context).get(0);
    }

    /** A question, which no fence guards. */
    public Answer ask(Call call, WorkContext context) {
        return call(call, () -> {}, context);
    }

    /**
     * Several requests at once, each until the server answers it. An answer that asks to come back later (429, 500, 502,
     * 503, 504) or none at all is no answer.
     *
     * @param before runs before every round of attempts
     * @return answers in the order of the calls
     * @throws UnreachableException when the server stays away
     */
    public List<Answer> all(List<Call> calls, Runnable before, WorkContext context) {
        Answer[] answers = new Answer[calls.size()];
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            open.add(i);
        }
        long began = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (!open.isEmpty()) {
            context.check();
            before.run();
            List<Call> round = open.stream().map(calls::get).toList();
            List<Try> tries = await(round.stream().map(this::send).toList(), round, context);
            context.check();
            List<Integer> left = new ArrayList<>();
            Duration asked = Duration.ZERO;
            Try last = null;
            for (int i = 0; i < tries.size(); i++) {
                Try each = tries.get(i);
                if (each.again()) {
                    left.add(open.get(i));
                    last = each;
                    asked = longer(asked, each.retryAfter());
                    LOG.debug("{} {}: {}", round.get(i).method(), round.get(i).path(), each.fault());
                } else if (each.answer() != null) {
                    answers[open.get(i)] = each.answer();
                }
            }
            if (!left.isEmpty() && System.nanoTime() - began > PATIENCE.toNanos()) {
                throw unreachable(calls.get(left.get(0)), String.valueOf(last == null ? "" : last.fault()), null);
            }
            open = left;
            if (!open.isEmpty()) {
                context.progress(
                        "The API server does not answer yet: " + String.valueOf(last == null ? "" : last.fault()));
                pause(longer(jitter(pause), asked), context);
                pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        }
        return List.of(answers);
    }

    /** Waits, unless the work is stopped. */
    public static void pause(Duration time, WorkContext context) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (WorkContext.Registration registration = context.onCancel(() -> over.complete(null))) {
            long limit =
                    Math.min(time.toMillis(), Math.max(1, context.remaining().toMillis()));
            over.get(limit, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nobody fails it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.check();
    }

    /** A request of the client beneath, with this connection's address. */
    public HttpRequest.Builder request(String path) {
        return client.getHttpClient().newHttpRequestBuilder().uri(root + path);
    }

    private CompletableFuture<HttpResponse<byte[]>> send(Call call) {
        return client.getHttpClient()
                .sendAsync(
                        request(call)
                                .timeout(call.limit().toMillis(), TimeUnit.MILLISECONDS)
                                .build(),
                        byte[].class);
    }

    private HttpRequest.Builder request(Call call) {
        HttpRequest.Builder request = request(call.path()).setHeader("Accept", "application/json");
        if (call.body() == null) {
            request = call.method().equals("GET") ? request : request.method(call.method(), null, null);
        } else {
            request = request.method(call.method(), call.type(), call.body());
        }
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        return request;
    }

    private static List<Try> await(
            List<CompletableFuture<HttpResponse<byte[]>>> sent, List<Call> calls, WorkContext context) {
        long longest =
                calls.stream().mapToLong(call -> call.limit().toMillis()).max().orElse(0);
        CompletableFuture<Void> all = CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
        try (WorkContext.Registration registration = context.onCancel(() -> sent.forEach(each -> each.cancel(true)))) {
            all.get(Math.min(longest, Math.max(1, context.remaining().toMillis())), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            sent.forEach(each -> each.cancel(true));
            throw interrupted();
        } catch (ExecutionException | CancellationException e) {
            LOG.trace("One of several requests failed", e);
        } catch (TimeoutException e) {
            sent.forEach(each -> each.cancel(true));
        }
        return sent.stream().map(Api::result).toList();
    }

    private static Try result(CompletableFuture<HttpResponse<byte[]>> sent) {
        try {
            HttpResponse<byte[]> response = sent.getNow(null);
            if (response == null) {
                return new Try(null, "no answer in time");
            }
            byte[] body = response.body();
            String text = body == null ? "" : new String(body, java.nio.charset.StandardCharsets.UTF_8);
            Answer answer = Answer.of(response, text);
            return new Try(answer, answer.status() + " " + answer.message());
        } catch (CancellationException e) {
            return new Try(null, "no answer in time");
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof LaunchpadException ours) {
                throw ours;
            }
            return new Try(null, sentence(cause));
        }
    }

    private static String sentence(Throwable fault) {
        return fault.getClass().getSimpleName() + ": " + fault.getMessage();
    }

    private static UnreachableException interrupted() {
        Thread.currentThread().interrupt();
        return new UnreachableException("The thread was interrupted while it waited.", "try again.");
    }

    private UnreachableException unreachable(Call call, String why, @Nullable Throwable cause) {
        return new UnreachableException(
                "API_SERVER_UNREACHABLE",
                "The API server " + root + " did not answer " + call + ": " + why + ".",
                "check that the cluster is up and reachable from here, then try again.",
                cause);
    }

    private static Duration jitter(Duration pause) {
        return pause.plusMillis(ThreadLocalRandom.current().nextLong(1 + pause.toMillis() / 2));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** How one attempt ended. */
    private record Try(@Nullable Answer answer, String fault) {

        boolean again() {
            return answer == null
                    || switch (answer.status()) {
                        case 429, 500, 502, 503, 504 -> true;
                        default -> false;
                    };
        }

        /** In seconds, as the API server gives it; a minute at most. */
        Duration retryAfter() {
            if (answer == null) {
                return Duration.ZERO;
            }
            String value =
                    answer.headers().getOrDefault("retry-after", List.of("")).get(0);
            return value.matches("\\d{1,4}") ? Duration.ofSeconds(Math.min(60, Long.parseLong(value))) : Duration.ZERO;
        }
    }
}
