package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Launchpad;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "chat", description = "Say something to an agent and print its reply.")
final class ChatCommand extends BaseCommand {

    @Mixin
    private AgentArgument agent = new AgentArgument();

    @Parameters(index = "1", paramLabel = "TEXT", description = "what to say")
    private String text = "";

    @Option(names = "--timeout", paramLabel = "TIME", description = "how long to wait (default 90s)")
    private String timeout = "90s";

    @Override
    public Integer call() {
        Duration limit = Times.parse(timeout);
        if (text.isBlank()) {
            throw new InputException("There is nothing to say.", "give some words.");
        }
        Wiring wiring = agent.wiring(common());
        try (Launchpad launchpad = wiring.open(0)) {
            out().println(wiring.find(launchpad, agent.id())
                    .chat("launchpad-cli", text, limit)
                    .text());
            return Exit.OK;
        }
    }
}
