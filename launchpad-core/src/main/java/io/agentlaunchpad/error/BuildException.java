package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** The artifact could not be made. */
public final class BuildException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public BuildException(String what, String fix) {
        this("BUILD_FAILED", what, fix, null);
    }

    public BuildException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
