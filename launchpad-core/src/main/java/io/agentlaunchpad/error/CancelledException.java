package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** The work was cancelled on request. */
public final class CancelledException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public CancelledException(String what, String fix) {
        this("CANCELLED", what, fix, null);
    }

    public CancelledException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
