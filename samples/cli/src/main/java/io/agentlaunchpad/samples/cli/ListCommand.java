package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.UnreachableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = {
            "List the agents of this home, wherever they run.",
            "With --platform kubernetes: those of one namespace, whoever launched them."
        })
final class ListCommand extends BaseCommand {

    private static final String FORM = "%-40s  %-24s  %-12s  %-10s  %-30s  %s%n";

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    private final Map<String, LaunchpadException> beyondReach = new LinkedHashMap<>();

    @Override
    public Integer call() {
        Wiring wiring = new Wiring(common()).at(platform);
        try (Launchpad launchpad = wiring.open(0)) {
            List<Agent> agents = wiring.agents(launchpad).toList();
            if (agents.isEmpty()) {
                err().println(platform.given() ? "No agents there." : "No agents in " + home() + ".");
                return Exit.OK;
            }
            out().printf(FORM, "ID", "NAME", "STATUS", "HEALTH", "URL", "PLATFORM");
            agents.forEach(agent -> tell(wiring, agent));
            beyondReach.forEach((name, why) -> err().println(name + ": " + why.getMessage()));
            return beyondReach.isEmpty() ? Exit.OK : Exit.FAILED;
        }
    }

    private void tell(Wiring wiring, Agent agent) {
        String where = agent.platform();
        wiring.beyondReach(where).ifPresent(why -> beyondReach.putIfAbsent(where, why));
        // A cluster that did not answer once is not asked for each of its agents.
        if (!(beyondReach.get(where) instanceof UnreachableException)
                && wiring.beyondReach(where).isEmpty()) {
            try {
                AgentState state = agent.state();
                String url = state.url() == null ? "-" : state.url().toString();
                out().printf(
                                FORM,
                                agent.id(),
                                agent.name(),
                                state.status(),
                                state.health().health(),
                                url,
                                where);
                return;
            } catch (LaunchpadException e) {
                beyondReach.putIfAbsent(where, e);
            }
        }
        out().printf(FORM, agent.id(), agent.name(), "?", "?", "-", where);
    }
}
