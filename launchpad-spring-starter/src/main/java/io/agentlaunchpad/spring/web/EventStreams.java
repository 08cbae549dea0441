package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Refusal;
import io.agentlaunchpad.spring.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The open event streams of this process. What happens in this process is heard at once; what happens in others that share
 * the store is found by looking once a second. Ends all streams before the web server waits for its requests.
 */
final class EventStreams implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

    private final Launchpad launchpad;
    private final Store store;
    private final WebProperties.Streams limits;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Run run;

    EventStreams(Launchpad launchpad, Store store, WebProperties.Streams limits) {
        this.launchpad = launchpad;
        this.store = store;
        this.limits = limits;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "launchpad-streams");
        thread.setDaemon(true);
        return thread;
    }

    /** The number of the first event to tell of one agent: the one after the last one heard. */
    static long from(@Nullable String lastHeard) {
        if (lastHeard == null) {
            return 1;
        }
        if (!lastHeard.matches("[0-9]{1,18}")) {
            throw Parameters.invalid("Last-Event-ID", "send the id of the last event as it came, or leave it out.");
        }
        return Long.parseLong(lastHeard) + 1;
    }

    /** One agent's events from that number on. */
    SseEmitter ofAgent(Caller caller, AgentId agent, long from) {
        return open(caller, new AgentEvents(store, agent, from));
    }

    /** The events of every agent that the caller sees: those from now on, or those since the last one heard. */
    SseEmitter ofCaller(Caller caller, @Nullable String lastHeard) {
        Owner owner = caller.role() == Role.ADMIN ? null : caller.owner();
        Instant since = lastHeard == null ? null : OwnerEvents.time(lastHeard);
        return open(caller, new OwnerEvents(store, owner, since));
    }

    private synchronized SseEmitter open(Caller caller, EventSource source) {
        EventStream stream = new EventStream(caller.name(), source, limits.heartbeat(), emitter());
        add(stream);
        wake(stream);
        return stream.emitter();
    }

    /** Log lines as they come, until the stream is too old or the agent is gone, or why there are none. */
    synchronized SseEmitter log(
            Caller caller, Agent agent, LogQuery query, Function<RuntimeException, Object> problem) {
        EventStream stream = new EventStream(caller.name(), EventSource.SILENT, limits.heartbeat(), emitter());
        Future<?> reading = add(stream).submit(() -> {
            try {
                agent.logs(query, limits.maxAge(), line -> tell(stream, "line", line));
                stream.end();
            } catch (Gone e) {
                LOG.debug("A reader of the log of {} is gone", agent.id());
            } catch (CancelledException | DeadlineException e) {
                // Its time is over; who wants more asks again.
                LOG.debug("The log of {} ended", agent.id(), e);
                stream.end();
            } catch (RuntimeException e) {
                LOG.debug("The log of {} ended", agent.id(), e);
                stream.send(SseEmitter.event().name("problem").data(Wire.text(problem.apply(e))));
                stream.end();
            }
        });
        // An agent that says nothing would keep its log open for a client that is gone.
        stream.onEnd(() -> reading.cancel(true));
        return stream.emitter();
    }

    /**
     * The answer to a question that may take long: its pieces as they come, then all of it, or why there is none. Until
     * then the stream lives.
     */
    synchronized SseEmitter reply(
            Caller caller, Function<Consumer<Object>, Object> question, Function<RuntimeException, Object> problem) {
        EventStream stream = new EventStream(caller.name(), EventSource.SILENT, limits.heartbeat(), emitter());
        add(stream).execute(() -> {
            stream.send(SseEmitter.event().comment("asked"));
            try {
                tell(stream, "reply", question.apply(piece -> tell(stream, "chunk", piece)));
            } catch (Gone e) {
                LOG.debug("Who asked waits for the reply no more");
            } catch (RuntimeException e) {
                stream.send(SseEmitter.event().name("problem").data(Wire.text(problem.apply(e))));
            }
            stream.end();
        });
        return stream.emitter();
    }

    private static void tell(EventStream stream, String name, Object what) {
        if (!stream.send(SseEmitter.event().name(name).data(Wire.text(what)))) {
            throw new Gone();
        }
    }

    private SseEmitter emitter() {
        return new SseEmitter(limits.maxAge().toMillis());
    }

    /** Called with the lock on all streams: what is added is ended by the next stop. Returns who writes to it. */
    private ExecutorService add(EventStream stream) {
        Run now = run;
        if (now == null) {
            throw Refusal.notNow(
                    "STREAMS_STOPPED",
                    "This service opens no streams while it starts or stops.",
                    "try again in a moment.",
                    Duration.ofSeconds(10));
        }
        long own = streams.stream()
                .filter(other -> other.caller().equals(stream.caller()))
                .count();
        if (streams.size() >= limits.max() || own >= limits.perCaller()) {
            throw Refusal.tooMany(
                    "TOO_MANY_STREAMS",
                    own >= limits.perCaller()
                            ? "This key has " + own + " streams open."
                            : "This service has " + streams.size() + " streams open.",
                    "close one of them.",
                    Duration.ofSeconds(10));
        }
        streams.add(stream);
        stream.onEnd(() -> streams.remove(stream));
        return now.writers();
    }

    /** How many are open. */
    int open() {
        return streams.size();
    }

    private void heard(AgentEvent event) {
        streams.forEach(stream -> {
            if (stream.source().wants(event.agentId())) {
                stream.source().heard(event);
                wake(stream);
            }
        });
    }

    private void wake(EventStream stream) {
        Run now = run;
        if (now != null && stream.claim()) {
            now.writers().execute(stream);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a look that fails is logged by its stream
    public synchronized void start() {
        Run now = new Run(
                launchpad.listen(this::heard),
                Executors.newCachedThreadPool(EventStreams::thread),
                Executors.newSingleThreadScheduledExecutor(EventStreams::thread));
        run = now;
        now.clock().scheduleWithFixedDelay(() -> List.copyOf(streams).forEach(this::wake), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void stop() {
        Run last = run;
        if (last == null) {
            return;
        }
        run = null;
        last.listening().close();
        last.clock().shutdownNow();
        streams.forEach(EventStream::end);
        streams.clear();
        last.writers().shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return run != null;
    }

    /** The last to start and the first to stop: the web server waits for open requests after this. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    /** What one start made, for the next stop. */
    private record Run(Launchpad.Listening listening, ExecutorService writers, ScheduledExecutorService clock) {}

    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("The reader is gone", null, false, false);
        }
    }
}
