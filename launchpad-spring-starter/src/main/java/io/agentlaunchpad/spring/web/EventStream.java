package io.agentlaunchpad.spring.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One open stream. Written to by one thread at a time; a reader who is slow delays only himself. */
final class EventStream implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final String caller;
    private final EventSource source;
    private final long heartbeat;
    private final SseEmitter emitter;
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long lastSent;

    EventStream(String caller, EventSource source, Duration heartbeat, SseEmitter emitter) {
        this.caller = caller;
        this.source = source;
        this.heartbeat = heartbeat.toNanos();
        // One is due at once: with it the headers go out, and the client knows that the stream is open.
        this.lastSent = System.nanoTime() - this.heartbeat;
        this.emitter = emitter;
    }

    String caller() {
        return caller;
    }

    EventSource source() {
        return source;
    }

    SseEmitter emitter() {
        return emitter;
    }

    /** Called once, however it ends. */
    void onEnd(Runnable effect) {
        Runnable once = () -> {
            ended.set(true);
            effect.run();
        };
        emitter.onCompletion(once);
        emitter.onTimeout(emitter::complete);
        emitter.onError(error -> once.run());
    }

    /** Asks for a run; true for the one who has to start it. */
    boolean claim() {
        return !ended.get() && wakes.getAndIncrement() == 0;
    }

    @Override
    public void run() {
        int seen;
        do {
            seen = wakes.get();
            look();
        } while (!wakes.compareAndSet(seen, 0) && !ended.get());
    }

    private void look() {
        try {
            EventSource.Found found;
            do {
                found = source.next();
                for (SseEmitter.SseEventBuilder event : found.events()) {
                    if (!send(event)) {
                        return;
                    }
                }
            } while (found.more());
            if (found.over()) {
                end();
            } else if (System.nanoTime() - lastSent >= heartbeat) {
                send(SseEmitter.event().comment("alive"));
            }
        } catch (RuntimeException e) {
            LOG.warn("A stream of {} found nothing this time", caller, e);
        }
    }

    /** False where the reader is gone. */
    boolean send(SseEmitter.SseEventBuilder event) {
        if (ended.get()) {
            return false;
        }
        try {
            emitter.send(event);
            lastSent = System.nanoTime();
            return true;
        } catch (IOException | IllegalStateException e) {
            ended.set(true);
            emitter.completeWithError(e);
            return false;
        }
    }

    void end() {
        if (ended.compareAndSet(false, true)) {
            emitter.complete();
        }
    }
}
