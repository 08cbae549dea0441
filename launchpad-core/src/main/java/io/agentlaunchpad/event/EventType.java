package io.agentlaunchpad.event;

/** What can happen in an agent's story. */
public enum EventType {
    OPERATION_QUEUED,
    OPERATION_STARTED,
    OPERATION_RESUMED,
    STAGE_STARTED,
    STAGE_FINISHED,
    TAKE_BACK_STARTED,
    TAKE_BACK_FINISHED,
    CANCEL_REQUESTED,
    WARNING,
    OPERATION_SETTLED,
    ADOPTED,
    HEALTH_CHANGED,
    DRIFT,
    ALERT,
    NOTICE_FAILED
}
