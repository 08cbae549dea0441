package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "chat", description = "Say something to an agent and print its reply.")
final class ChatCommand extends BaseCommand {

    private static final String SPEAKER = "launchpad-cli";

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
            Agent found = wiring.find(launchpad, agent.id());
            if (!common().terminal()) {
                // A program gets the reply and nothing else.
                out().println(found.chat(SPEAKER, text, limit).text());
            } else {
                listen(found, limit);
            }
            return Exit.OK;
        }
    }

    /** Prints the words as they come, and the reply behind them only if it says something else. */
    private void listen(Agent speaker, Duration limit) {
        StringBuilder heard = new StringBuilder();
        try {
            String reply = speaker.chat(SPEAKER, text, limit, piece -> {
                        heard.append(piece);
                        out().print(piece);
                        out().flush();
                    })
                    .text();
            if (!reply.stripLeading().contentEquals(heard)) {
                out().print("\n" + reply);
            }
        } finally {
            if (!heard.isEmpty()) {
                out().println();
            }
        }
    }
}
