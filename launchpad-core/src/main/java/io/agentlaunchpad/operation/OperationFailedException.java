package io.agentlaunchpad.operation;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.OperationException;

/** An operation that did not succeed, with its {@link #report()}. */
public final class OperationFailedException extends OperationException {

    private static final long serialVersionUID = 1L;

    private final transient Report report;

    public OperationFailedException(Report report) {
        super(report.failureIfAny().orElseGet(() -> unexplained(report)));
        this.report = report;
    }

    /** How it ended. */
    public Report report() {
        return report;
    }

    private static Failure unexplained(Report report) {
        return new Failure(
                report.outcome().name(),
                "Operation " + report.operationId() + " ended "
                        + report.outcome().label(),
                "read the agent's events.",
                false);
    }
}
