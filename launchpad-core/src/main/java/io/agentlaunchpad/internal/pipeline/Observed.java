package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.WorkObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that an observer was told of. What the observer throws is logged and harms nothing. */
final class Observed {

    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    private final WorkObserver.@Nullable Scope scope;

    private Observed(WorkObserver.@Nullable Scope scope) {
        this.scope = scope;
    }

    static Observed begin(Run run, @Nullable Stage stage) {
        OperationRow row = run.row();
        try {
            return new Observed(run.parts()
                    .observer()
                    .begin(new WorkObserver.Span(
                            row.agentId(),
                            row.id(),
                            row.kind(),
                            stage,
                            row.claim().attempts())));
        } catch (RuntimeException | Error e) {
            LOG.warn("An observer failed; the work goes on", e);
            return new Observed(null);
        }
    }

    void end(@Nullable Outcome outcome, @Nullable Failure failure) {
        if (scope == null) {
            return;
        }
        try {
            scope.end(outcome, failure);
        } catch (RuntimeException | Error e) {
            LOG.warn("An observer failed; the work goes on", e);
        }
    }
}
