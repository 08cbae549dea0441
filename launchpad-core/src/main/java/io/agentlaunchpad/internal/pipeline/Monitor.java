package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.AgentAccess;

/** Confirms that the release can be watched: its metrics answer. A failure is a warning, never a take-back. */
final class Monitor implements Stages.StageWork {

    @Override
    public void run(Run run) {
        if (run.target().run().stopped()) {
            return;
        }
        try {
            AgentAccess.Response metrics =
                    run.platform().access().send(run.row().agentId(), AgentAccess.Request.get("/metrics"), run.work());
            if (metrics.status() != 200) {
                run.warn("The agent's metrics answer with HTTP " + metrics.status() + ". Fix: read the agent's log.");
            }
        } catch (LaunchpadException e) {
            run.work().check();
            run.warn("The agent's metrics could not be read: " + e.failure().sentence());
        }
    }
}
