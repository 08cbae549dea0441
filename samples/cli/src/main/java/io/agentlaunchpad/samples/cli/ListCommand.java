package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.Launchpad;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the agents of this home.")
final class ListCommand extends BaseCommand {

    private static final String FORM = "%-40s  %-24s  %-12s  %-10s  %s%n";

    @Override
    public Integer call() {
        try (Launchpad launchpad = looking()) {
            List<Agent> agents = launchpad.fleet().all().toList();
            if (agents.isEmpty()) {
                err().println("No agents in " + home() + ".");
                return Exit.OK;
            }
            out().printf(FORM, "ID", "NAME", "STATUS", "HEALTH", "URL");
            for (Agent agent : agents) {
                AgentState state = agent.state();
                out().printf(
                                FORM,
                                agent.id(),
                                agent.name(),
                                state.status(),
                                state.health().health(),
                                state.url() == null ? "-" : state.url());
            }
            return Exit.OK;
        }
    }
}
