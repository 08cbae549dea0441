package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/**
 * Anything Launchpad refuses or fails to do, as facts: a stable {@link #code()}, what happened (the message, with the
 * value) and the way out ({@link #fix()}).
 *
 * <p>The message never holds a secret value. Unchecked: callers catch what they can handle. Law: only faults of systems
 * outside, which may pass by themselves, are {@link #retryable()}.
 */
public abstract sealed class LaunchpadException extends RuntimeException
        permits InvalidAgentException,
                WiringException,
                NotFoundException,
                ConflictException,
                PreflightException,
                BuildException,
                ScanException,
                DeployException,
                DeadlineException,
                CancelledException,
                UnreachableException,
                StoreException,
                OperationException,
                UnexpectedException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String fix;

    protected LaunchpadException(String code, String what, String fix, @Nullable Throwable cause) {
        super(what + " Fix: " + fix, cause);
        this.code = code;
        this.fix = fix;
    }

    /** A stable name such as {@code VALIDATION_ERROR}; programs may switch on it. */
    public final String code() {
        return code;
    }

    /** What to call, set or run next. */
    public final String fix() {
        return fix;
    }

    /** Whether the same call may succeed later without a change by the caller. */
    public boolean retryable() {
        return false;
    }

    /** The same facts as a value that can be stored and sent. */
    public final Failure failure() {
        String message = String.valueOf(getMessage());
        String tail = " Fix: " + fix;
        return new Failure(
                code,
                message.endsWith(tail) ? message.substring(0, message.length() - tail.length()) : message,
                fix,
                retryable());
    }
}
