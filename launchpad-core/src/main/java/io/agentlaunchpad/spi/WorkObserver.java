package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Stands around the work of this process's workers, on the thread that does it: for the spans of a tracing system. Called
 * by several threads; must be quick. What it throws is logged and harms no operation.
 *
 * <p>Law: every {@link #begin} is followed by one {@link Scope#end} on the same thread; stages lie within their operation,
 * one after the other. An operation that goes on in another process, or at a later attempt, is begun there anew.
 */
public interface WorkObserver {

    /** Sees nothing. */
    WorkObserver NONE = span -> (outcome, failure) -> {};

    /** Work begins on this thread. */
    Scope begin(Span span);

    /**
     * What begins.
     *
     * @param agentId on which agent
     * @param operationId in which operation
     * @param kind what the operation does
     * @param stage the stage, or null for the whole run of the operation
     * @param attempt how often the operation was begun, from 1
     */
    record Span(
            AgentId agentId,
            OperationId operationId,
            OperationKind kind,
            @Nullable Stage stage,
            int attempt) {}

    /** Work that has begun. */
    interface Scope {
        /**
         * It ends.
         *
         * @param outcome how the operation was settled; null for a stage, and where another run goes on with it
         * @param failure what went wrong, or null
         */
        void end(@Nullable Outcome outcome, @Nullable Failure failure);
    }
}
