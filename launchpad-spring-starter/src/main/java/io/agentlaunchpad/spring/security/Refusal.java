package io.agentlaunchpad.spring.security;

import io.agentlaunchpad.error.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is refused before Launchpad is asked: who, how often, in which form. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Failure failure;
    private final @Nullable Duration retryAfter;

    public Refusal(int status, String code, String what, String fix) {
        this(status, new Failure(code, what, fix, false), null);
    }

    private Refusal(int status, Failure failure, @Nullable Duration retryAfter) {
        super(failure.sentence(), null, false, false);
        this.status = status;
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    /** Too many, too fast. */
    public static Refusal tooMany(String code, String what, String fix, Duration retryAfter) {
        return new Refusal(429, new Failure(code, what, fix, true), retryAfter);
    }

    /** Not before a moment has passed. */
    public static Refusal notNow(String code, String what, String fix, Duration retryAfter) {
        return new Refusal(503, new Failure(code, what, fix, true), retryAfter);
    }

    /** A key that is missing, wrong, expired or revoked: all of them sound the same. */
    public static Refusal unauthenticated() {
        return new Refusal(
                401,
                "INVALID_API_KEY",
                "The request has no valid API key.",
                "send one as X-API-Key or as Authorization: Bearer; an admin makes keys with POST /keys.");
    }

    public int status() {
        return status;
    }

    public Failure failure() {
        return failure;
    }

    /** How long to wait, or null where waiting does not help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
