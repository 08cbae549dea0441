package io.agentlaunchpad.error;

/** An operation that did not succeed; the concrete type, beside the operation's report, carries that report. */
public abstract non-sealed class OperationException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    protected OperationException(Failure failure) {
        super(failure.code(), failure.message(), failure.fix(), null);
    }
}
