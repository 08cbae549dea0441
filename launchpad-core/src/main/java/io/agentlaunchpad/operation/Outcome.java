package io.agentlaunchpad.operation;

/** How an operation ended. */
public enum Outcome {
    /** Done, perhaps with warnings. */
    SUCCEEDED,
    /** Refused before anything on the platform changed. */
    REJECTED,
    /** Changed, failed, and proven restored; a first launch: removed. */
    ROLLED_BACK,
    /** Changed and not restored; the report lists what is left. */
    FAILED,
    /** Stopped on request, all taken back. */
    CANCELLED;

    /** As people read it: lower case, words apart. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
