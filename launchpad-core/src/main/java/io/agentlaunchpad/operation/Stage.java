package io.agentlaunchpad.operation;

/** The steps a pipeline is made of. Only {@link #DEPLOY} and {@link #DELETE} change a platform. */
public enum Stage {
    VALIDATE,
    BUILD,
    SCAN,
    DEPLOY,
    VERIFY,
    MONITOR,
    DELETE;

    /** As people read it: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
