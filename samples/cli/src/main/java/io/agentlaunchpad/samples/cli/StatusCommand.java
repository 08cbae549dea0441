package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.health.Observation.ResourceUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Show where an agent stands and how it is.")
final class StatusCommand extends BaseCommand {

    @Mixin
    private AgentArgument agent = new AgentArgument();

    @Override
    public Integer call() {
        Wiring wiring = agent.wiring(common());
        try (Launchpad launchpad = wiring.open(0)) {
            Agent found = wiring.find(launchpad, agent.id());
            AgentState state = found.state();
            out().println("agent: " + found.name());
            out().println("id: " + found.id());
            out().println("platform: " + found.platform());
            out().println("status: " + state.status());
            out().println("health: " + state.health().health());
            state.health().reasons().forEach(reason -> out().println("  - " + reason));
            if (state.url() != null) {
                out().println("url: " + state.url());
            }
            if (state.revision() != null) {
                out().println("revision: " + state.revision());
            }
            ResourceUse use = state.facts() == null ? null : state.facts().use();
            if (use != null) {
                out().println("memory: " + (use.memoryBytes() >> 20) + " MiB"
                        + (use.memoryLimitBytes() > 0 ? " of " + (use.memoryLimitBytes() >> 20) + " MiB" : ""));
                out().println("cpu: " + use.cpuMillis() + " m");
            }
            if (state.operation() != null) {
                out().println("operation: " + state.operation());
            }
            if (state.lastFailure() != null) {
                out().println("last failure: " + state.lastFailure().code() + ": "
                        + state.lastFailure().sentence());
            }
            out().println("created: " + state.createdAt());
            out().println("updated: " + state.updatedAt());
            return Exit.OK;
        }
    }
}
