package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** Launchpad's own records could not be read or written; no further side effect was started. */
public final class StoreException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public StoreException(String what, String fix) {
        this("STORE_FAILED", what, fix, null);
    }

    public StoreException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
