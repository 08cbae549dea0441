package io.agentlaunchpad.operation;

import static io.agentlaunchpad.operation.Stage.BUILD;
import static io.agentlaunchpad.operation.Stage.DEPLOY;
import static io.agentlaunchpad.operation.Stage.MONITOR;
import static io.agentlaunchpad.operation.Stage.SCAN;
import static io.agentlaunchpad.operation.Stage.VALIDATE;
import static io.agentlaunchpad.operation.Stage.VERIFY;

import java.util.List;

/** What can be done to an agent, and the stages it takes: the product's order of work, on one screen. */
public enum OperationKind {
    LAUNCH(AgentStatus.BUILDING, VALIDATE, BUILD, SCAN, DEPLOY, VERIFY, MONITOR),
    SCALE(AgentStatus.SCALING, VALIDATE, DEPLOY, VERIFY),
    RESTART(AgentStatus.RESTARTING, VALIDATE, DEPLOY, VERIFY),
    STOP(AgentStatus.UPDATING, VALIDATE, DEPLOY),
    START(AgentStatus.STARTING, VALIDATE, DEPLOY, VERIFY),
    ROLLBACK(AgentStatus.UPDATING, VALIDATE, DEPLOY, VERIFY),
    DELETE(AgentStatus.DELETING, Stage.DELETE);

    private final AgentStatus whileRunning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Stage> stages;

    OperationKind(AgentStatus whileRunning, Stage... stages) {
        this.whileRunning = whileRunning;
        this.stages = List.of(stages);
    }

    /** In order. */
    public List<Stage> stages() {
        return stages;
    }

    /** The agent's status while such an operation runs on an agent that has been launched before. */
    AgentStatus whileRunning() {
        return whileRunning;
    }

    /** As people read it: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
