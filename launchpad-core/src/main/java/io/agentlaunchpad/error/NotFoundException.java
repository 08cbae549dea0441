package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** An agent, operation or revision that this Launchpad does not know (or its owner may not see). */
public final class NotFoundException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public NotFoundException(String what, String fix) {
        this("AGENT_NOT_FOUND", what, fix, null);
    }

    public NotFoundException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
