package io.agentlaunchpad.operation;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an operation ended; there is one for every outcome.
 *
 * @param operationId which operation
 * @param agentId whose
 * @param kind what was asked
 * @param outcome in one word
 * @param failure why it did not succeed; null where it did
 * @param warnings what a person should know all the same
 * @param left what is still on the platform although it should not be; empty unless FAILED
 * @param revision the release that serves now, or null where none does
 * @param stages how long each stage took, in order
 * @param startedAt when work began
 * @param settledAt when it ended
 */
public record Report(
        OperationId operationId,
        AgentId agentId,
        OperationKind kind,
        Outcome outcome,
        @Nullable Failure failure,
        List<String> warnings,
        List<String> left,
        @Nullable Integer revision,
        List<StageTime> stages,
        Instant startedAt,
        Instant settledAt) {

    public Report {
        warnings = List.copyOf(warnings);
        left = List.copyOf(left);
        stages = List.copyOf(stages);
    }

    public boolean succeeded() {
        return outcome == Outcome.SUCCEEDED;
    }

    /** Why it did not succeed. */
    public Optional<Failure> failureIfAny() {
        return Optional.ofNullable(failure);
    }

    /**
     * This report, if the operation succeeded.
     *
     * @throws OperationFailedException for every other outcome
     */
    public Report orThrow() {
        if (!succeeded()) {
            throw new OperationFailedException(this);
        }
        return this;
    }

    /**
     * How long one stage took.
     *
     * @param stage which
     * @param took wall-clock time
     */
    public record StageTime(Stage stage, Duration took) {}
}
