package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.character.CharacterImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "import-character",
        description = "Turn an ElizaOS 0.x or 1.x character into a configuration; the report goes to standard error.")
final class ImportCharacterCommand extends BaseCommand {

    @Parameters(paramLabel = "FILE", description = "the character, JSON; - reads standard input")
    private String file = "-";

    @Override
    public Integer call() {
        CharacterImport imported = CharacterImport.read(Input.read(file));
        err().println("format: " + imported.format());
        imported.report().forEach(err()::println);
        err().flush();
        out().println(imported.configurationJson().stripTrailing());
        return Exit.OK;
    }
}
