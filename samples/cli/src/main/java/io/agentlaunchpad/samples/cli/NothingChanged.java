package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.LaunchpadException;
import java.util.function.Supplier;

/** A launch ended before it was accepted: whatever the reason, nothing was changed anywhere. */
final class NothingChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    private NothingChanged(LaunchpadException why) {
        super(why.getMessage(), why);
        this.code = Exit.of(why) == Exit.FAILED ? Exit.REJECTED : Exit.of(why);
    }

    /** Does what comes before anything can be changed. */
    static <T> T ifItFails(Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidAgentException e) {
            throw e; // told problem by problem
        } catch (LaunchpadException e) {
            throw new NothingChanged(e);
        }
    }

    int code() {
        return code;
    }
}
