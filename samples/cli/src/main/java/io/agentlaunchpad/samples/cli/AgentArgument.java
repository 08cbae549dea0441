package io.agentlaunchpad.samples.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which agent a command is about. */
final class AgentArgument {

    @Parameters(index = "0", paramLabel = "ID", description = "the agent's id or name")
    private String id = "";

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    String id() {
        return id;
    }

    /** What leads to it. */
    Wiring wiring(CommonOptions common) {
        return new Wiring(common).at(platform);
    }
}
