package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.DeadlineException;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "logs", description = "Show an agent's log.")
final class LogsCommand extends BaseCommand {

    private static final Duration FOLLOW = Duration.ofDays(365);
    private static final Duration READ = Duration.ofMinutes(5);

    @Mixin
    private AgentArgument agent = new AgentArgument();

    @Option(
            names = {"-f", "--follow"},
            description = "wait for more lines, until Ctrl-C")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "the last N lines only")
    private int tail = -1;

    @Override
    public Integer call() {
        Wiring wiring = agent.wiring(common());
        try (Launchpad launchpad = wiring.open(0)) {
            Agent found = wiring.find(launchpad, agent.id());
            LogQuery query = LogQuery.last(tail);
            try {
                found.logs(follow ? query.following() : query, follow ? FOLLOW : READ, line -> {
                    out().println(line);
                    out().flush();
                });
            } catch (CancelledException | DeadlineException e) {
                return Exit.OK;
            }
            return Exit.OK;
        }
    }
}
