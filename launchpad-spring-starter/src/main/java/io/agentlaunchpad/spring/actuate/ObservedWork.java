package io.agentlaunchpad.spring.actuate;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.spi.WorkObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Spans of the work that this process does: {@code launchpad.operation} (kind, outcome, code) and within it
 * {@code launchpad.stage} (kind, stage, code). Operation and agent are named in spans, not in meters: they are too many.
 * What a stage calls by an instrumented client becomes part of its span.
 */
public final class ObservedWork implements WorkObserver {

    private static final String NONE = "none";

    private final ObservationRegistry registry;

    public ObservedWork(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Scope begin(Span span) {
        Stage stage = span.stage();
        Observation observation = Observation.createNotStarted(
                        stage == null ? "launchpad.operation" : "launchpad.stage", registry)
                .contextualName(stage == null ? span.kind().label() : stage.label())
                .lowCardinalityKeyValue("kind", span.kind().label())
                .highCardinalityKeyValue("operation", span.operationId().value())
                .highCardinalityKeyValue("agent", span.agentId().value())
                .highCardinalityKeyValue("attempt", String.valueOf(span.attempt()));
        if (stage != null) {
            observation.lowCardinalityKeyValue("stage", stage.label());
        }
        observation.start();
        Observation.Scope scope = observation.openScope();
        return (outcome, failure) -> {
            scope.close();
            end(observation, stage, outcome, failure);
        };
    }

    private static void end(
            Observation observation, @Nullable Stage stage, @Nullable Outcome outcome, @Nullable Failure failure) {
        if (stage == null) {
            observation.lowCardinalityKeyValue(
                    "outcome", outcome == null ? NONE : outcome.name().toLowerCase(Locale.ROOT));
        }
        observation.lowCardinalityKeyValue("code", failure == null ? NONE : failure.code());
        if (failure != null) {
            observation.error(new WorkFailed(failure));
        }
        observation.stop();
    }

    /** A failure as tracers know them. */
    private static final class WorkFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WorkFailed(Failure failure) {
            super(failure.sentence(), null, false, false);
        }
    }
}
