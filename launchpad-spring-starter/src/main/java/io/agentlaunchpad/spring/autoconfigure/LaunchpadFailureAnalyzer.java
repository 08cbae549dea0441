package io.agentlaunchpad.spring.autoconfigure;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.error.LaunchpadException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what Launchpad refused at start-up, and the exception's own way out, instead of a stack trace. */
final class LaunchpadFailureAnalyzer extends AbstractFailureAnalyzer<LaunchpadException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, LaunchpadException cause) {
        Failure failure = cause.failure();
        return new FailureAnalysis(failure.message() + " (" + failure.code() + ")", failure.fix(), cause);
    }
}
