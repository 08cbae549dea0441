package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** Parts that are missing or contradict each other; thrown while building, before anything runs. */
public final class WiringException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public WiringException(String what, String fix) {
        this("WIRING_INCOMPLETE", what, fix, null);
    }

    public WiringException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
