package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** A wait reached its deadline. */
public final class DeadlineException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public DeadlineException(String what, String fix) {
        this("DEADLINE_EXCEEDED", what, fix, null);
    }

    public DeadlineException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
