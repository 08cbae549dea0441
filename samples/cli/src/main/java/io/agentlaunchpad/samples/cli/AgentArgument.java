package io.agentlaunchpad.samples.cli;

import picocli.CommandLine.Parameters;

/** Which agent a command is about. */
final class AgentArgument {

    @Parameters(index = "0", paramLabel = "ID", description = "the agent's id or name")
    private String id = "";

    String id() {
        return id;
    }
}
