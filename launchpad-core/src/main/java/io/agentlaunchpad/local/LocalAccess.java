package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Masking;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okio.BufferedSource;

/** The road to agents on this machine: loopback, and the log file. */
final class LocalAccess implements AgentAccess {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");
    private static final long LONGEST_BODY = 16L << 20;
    private static final long LOG_POLL_MILLIS = 200;

    /** A restart has no process for a moment; an agent that has none for longer is gone. */
    private static final Duration GONE_AFTER = Duration.ofSeconds(3);

    private final LocalAgents agents;
    private final OkHttpClient http;

    LocalAccess(LocalAgents agents, OkHttpClient http) {
        this.agents = agents;
        this.http = http;
    }

    @Override
    public Optional<URI> url(AgentId agentId) {
        return agents.files(agentId)
                .state()
                .filter(state -> agents.process(state).isPresent())
                .map(state -> URI.create("http://127.0.0.1:" + state.port()));
    }

    @Override
    public Response send(AgentId agentId, Request request, WorkContext context) {
        return exchange(agentId, request, LocalAccess::whole, context);
    }

    @Override
    public Response stream(AgentId agentId, Request request, Consumer<String> lines, WorkContext context) {
        return exchange(
                agentId,
                request,
                response -> {
                    if (!response.isSuccessful()) {
                        return whole(response);
                    }
                    BufferedSource source = response.body().source();
                    while (!source.exhausted()) {
                        String line = line(source);
                        context.check();
                        lines.accept(line);
                    }
                    return "";
                },
                context);
    }

    /** The next line, of which the last needs no end. Waits only where there is no whole line yet. */
    private static String line(BufferedSource source) throws IOException {
        if (source.indexOf((byte) '\n', 0, LONGEST_LINE) < 0 && source.request(LONGEST_LINE + 1L)) {
            throw new IOException("more than " + LONGEST_LINE + " bytes came without the end of a line");
        }
        return String.valueOf(source.readUtf8Line());
    }

    private static String whole(okhttp3.Response response) throws IOException {
        return response.peekBody(LONGEST_BODY).string();
    }

    private Response exchange(AgentId agentId, Request request, Reading reading, WorkContext context) {
        context.check();
        AgentFiles files = agents.files(agentId);
        LocalState state = files.state()
                .filter(known -> agents.process(known).isPresent())
                .orElseThrow(() -> absent(agentId, "does not run"));
        String token = files.identity().token();
        okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
                .url("http://127.0.0.1:" + state.port() + request.path())
                .header("X-API-KEY", token)
                .header("Accept", "application/json, text/plain, */*");
        String body = request.body();
        builder.method(request.method(), body == null ? null : RequestBody.create(body, JSON));
        // At least a millisecond: zero would mean no limit.
        Call call = http.newBuilder()
                .callTimeout(Duration.ofMillis(Math.max(1, context.remaining().toMillis())))
                .build()
                .newCall(builder.build());
        try (WorkContext.Registration registration = context.onCancel(call::cancel);
                okhttp3.Response response = call.execute()) {
            Map<String, String> headers = new HashMap<>();
            response.headers().forEach(pair -> headers.put(pair.getFirst().toLowerCase(Locale.ROOT), pair.getSecond()));
            return new Response(response.code(), headers, reading.of(response));
        } catch (IOException e) {
            context.check();
            throw new UnreachableException(
                    "AGENT_UNREACHABLE",
                    "Agent " + agentId + " did not answer " + request.method() + " " + request.path() + ": "
                            + e.getMessage() + ".",
                    "look at its log, or try again.",
                    e);
        }
    }

    @Override
    public void logs(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context) {
        AgentFiles files = agents.files(agentId);
        if (!files.exist()) {
            throw absent(agentId, "is not on this machine");
        }
        Masking masking = files.state()
                .map(state -> Masking.of(agents.secretValues(files, state)))
                .orElse(Masking.none());
        SinceFilter filter = new SinceFilter(query.since(), line -> {
            if (!context.stopped()) {
                lines.accept(masking.mask(line));
            }
        });
        LogFiles log = new LogFiles(files.log());
        long read = log.read(query.tail(), query.follow(), filter);
        if (query.follow()) {
            follow(files, log.follow(read, filter), context);
        }
    }

    private void follow(AgentFiles files, LogFiles.Follower follower, WorkContext context) {
        long lastSeen = System.nanoTime();
        try {
            while (!context.stopped()) {
                boolean runs = files.state().flatMap(agents::process).isPresent();
                boolean news = follower.look();
                if (runs || news) {
                    lastSeen = System.nanoTime();
                } else if (System.nanoTime() - lastSeen > GONE_AFTER.toNanos()) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(LOG_POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads an answer; what is left of its body is its last word. */
    private interface Reading {
        String of(okhttp3.Response response) throws IOException;
    }

    private static NotFoundException absent(AgentId agentId, String how) {
        return new NotFoundException("Agent " + agentId + " " + how + ".", "start it, or check the id.");
    }
}
