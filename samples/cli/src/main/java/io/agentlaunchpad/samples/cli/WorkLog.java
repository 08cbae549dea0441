package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.event.Progress;
import java.io.PrintWriter;

/** What happens to the agents of a worker, one line each. */
final class WorkLog implements LaunchpadListener {

    private final PrintWriter out;
    private final boolean json;

    WorkLog(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public synchronized void on(AgentEvent event) {
        out.println(
                json
                        ? EventLines.json(event)
                        : event.at() + "  " + event.agentId() + "  " + event.type() + "  " + event.message());
        out.flush();
    }

    @Override
    public void on(Progress progress) {}
}
