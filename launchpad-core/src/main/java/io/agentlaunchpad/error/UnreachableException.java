package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** A system outside did not answer or broke off; trying again later may help. */
public final class UnreachableException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public UnreachableException(String what, String fix) {
        this("UNREACHABLE", what, fix, null);
    }

    public UnreachableException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
