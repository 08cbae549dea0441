package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** The request collides with what is there: an agent that exists, a field that another manager owns, a full queue. */
public final class ConflictException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public ConflictException(String what, String fix) {
        this("CONFLICT", what, fix, null);
    }

    public ConflictException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
