package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** A precondition outside that does not hold: a tool is missing, a permission or quota refused. Nothing was changed. */
public final class PreflightException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public PreflightException(String what, String fix) {
        this("PREFLIGHT_FAILED", what, fix, null);
    }

    public PreflightException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
