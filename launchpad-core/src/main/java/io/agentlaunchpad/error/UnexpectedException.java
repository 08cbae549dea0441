package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** An exception that is not ours, wrapped so that it is handled like any other failure. */
public final class UnexpectedException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public UnexpectedException(String what, String fix) {
        this("UNEXPECTED", what, fix, null);
    }

    public UnexpectedException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
