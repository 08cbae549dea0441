package io.agentlaunchpad.operation;

import org.jspecify.annotations.Nullable;

/** Where an agent stands: a pure function of the running operation, the serving release and the last outcome. */
public enum AgentStatus {
    QUEUED,
    BUILDING,
    SCANNING,
    DEPLOYING,
    VERIFYING,
    MONITORING,
    DEPLOYED,
    SCALING,
    UPDATING,
    RESTARTING,
    STARTING,
    STOPPED,
    DELETING,
    DELETED,
    REJECTED,
    ROLLED_BACK,
    FAILED;

    /**
     * The status.
     *
     * <p>Law: a healthy agent whose update failed is DEPLOYED; the failed operation stands beside it.
     *
     * @param running kind of the operation under way or queued, or null
     * @param stage its stage, or null while it is queued
     * @param serving what serves: null where no release has succeeded yet
     * @param last outcome of the last settled operation, or null
     * @param deleted whether the agent is gone
     */
    public static AgentStatus of(
            @Nullable OperationKind running,
            @Nullable Stage stage,
            @Nullable Serving serving,
            @Nullable Outcome last,
            boolean deleted) {
        if (deleted) {
            return DELETED;
        }
        if (running != null) {
            return underWay(running, stage, serving);
        }
        if (serving != null) {
            return last == Outcome.FAILED ? FAILED : serving == Serving.STOPPED ? STOPPED : DEPLOYED;
        }
        if (last == null) {
            return QUEUED;
        }
        return switch (last) {
            case REJECTED, CANCELLED -> REJECTED;
            case ROLLED_BACK -> ROLLED_BACK;
            case FAILED, SUCCEEDED -> FAILED;
        };
    }

    private static AgentStatus underWay(OperationKind running, @Nullable Stage stage, @Nullable Serving serving) {
        if (stage == null) {
            return serving == null ? QUEUED : serving == Serving.STOPPED ? STOPPED : DEPLOYED;
        }
        if (running != OperationKind.LAUNCH) {
            return running.whileRunning();
        }
        if (serving != null) {
            return UPDATING;
        }
        return switch (stage) {
            case VALIDATE, BUILD -> BUILDING;
            case SCAN -> SCANNING;
            case DEPLOY -> DEPLOYING;
            case VERIFY -> VERIFYING;
            case MONITOR -> MONITORING;
            case DELETE -> DELETING;
        };
    }

    /** What the last healthy release does. */
    public enum Serving {
        RUNNING,
        STOPPED
    }
}
