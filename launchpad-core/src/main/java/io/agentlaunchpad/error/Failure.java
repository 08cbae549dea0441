package io.agentlaunchpad.error;

/**
 * Why something ended badly, as a value: stored in an operation's row, sent in notices and answers.
 *
 * @param code a stable name, see {@link LaunchpadException#code()}
 * @param message what happened, with the value; never a secret
 * @param fix what to call, set or run next
 * @param retryable whether the same call may succeed later without a change by the caller
 */
public record Failure(String code, String message, String fix, boolean retryable) {

    /** One line for people: what happened and the way out. */
    public String sentence() {
        return message + " Fix: " + fix;
    }
}
