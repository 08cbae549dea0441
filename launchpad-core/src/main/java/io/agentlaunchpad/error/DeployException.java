package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** The platform could not run the release; the message holds the agent's own words. */
public final class DeployException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public DeployException(String what, String fix) {
        this("DEPLOYMENT_FAILED", what, fix, null);
    }

    public DeployException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
