package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.ScanException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.operation.OperationFailedException;
import io.agentlaunchpad.operation.Outcome;

/** The command's exit codes; other programs rely on them. */
final class Exit {

    static final int OK = 0;
    static final int INVALID = 2;
    static final int REJECTED = 3;
    static final int ROLLED_BACK = 4;
    static final int FAILED = 5;
    static final int CANCELLED = 130;

    private Exit() {}

    static int of(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> OK;
            case REJECTED -> REJECTED;
            case ROLLED_BACK -> ROLLED_BACK;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }

    static int of(LaunchpadException e) {
        if (e instanceof OperationFailedException failed) {
            return of(failed.report().outcome());
        }
        if (e instanceof InvalidAgentException || e instanceof NotFoundException || e instanceof WiringException) {
            return INVALID;
        }
        if (e instanceof PreflightException || e instanceof ScanException || e instanceof ConflictException) {
            return REJECTED;
        }
        return e instanceof CancelledException ? CANCELLED : FAILED;
    }
}
