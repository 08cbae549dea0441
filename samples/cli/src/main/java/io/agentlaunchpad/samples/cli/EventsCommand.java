package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.event.AgentEvent;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Show what happened to an agent, in order.")
final class EventsCommand extends BaseCommand {

    @Mixin
    private AgentArgument agent = new AgentArgument();

    @Option(names = "--from", paramLabel = "N", description = "start with event number N (default 1)")
    private long from = 1;

    @Option(
            names = {"-f", "--follow"},
            description = "wait for more, until Ctrl-C")
    private boolean follow;

    @Option(names = "--json", description = "one event per line, as JSON")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Wiring wiring = agent.wiring(common());
        try (Launchpad launchpad = wiring.open(0)) {
            Agent found = wiring.find(launchpad, agent.id());
            long next = print(found, from);
            if (follow) {
                Interruption.heardBy(over::countDown);
                // Events of other processes are only in the store, so following means looking again.
                while (!over.await(500, TimeUnit.MILLISECONDS)) {
                    next = print(found, next);
                }
            }
            return Exit.OK;
        }
    }

    private long print(Agent found, long start) {
        long next = start;
        List<AgentEvent> page = found.events(next);
        while (!page.isEmpty()) {
            for (AgentEvent event : page) {
                out().println(json ? EventLines.json(event) : EventLines.text(event));
                next = event.sequence() + 1;
            }
            out().flush();
            page = found.events(next);
        }
        return next;
    }
}
