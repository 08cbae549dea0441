package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.character.CharacterFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "character", description = "Print the ElizaOS character of a configuration.")
final class CharacterCommand extends BaseCommand {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Override
    public Integer call() {
        AgentPayload payload = file.read();
        ConfigFile.warn(payload, err());
        out().println(CharacterFile.of(payload.spec()).json().stripTrailing());
        return Exit.OK;
    }
}
