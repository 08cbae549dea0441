package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Launchpad;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "worker",
        description = {
            "Do the work that others submit, until Ctrl-C: then claim nothing more, finish or hand back what runs, and end.",
            "Several workers share the work; agents go on when a worker ends."
        })
final class WorkerCommand extends BaseCommand {

    @Option(names = "--workers", paramLabel = "N", description = "how many operations at once (default 2)")
    private int workers = 2;

    @Option(names = "--json", description = "one event per line, as JSON")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (workers < 1) {
            throw new InputException("--workers " + workers + " does no work.", "give 1 or more.");
        }
        CountDownLatch over = new CountDownLatch(1);
        Interruption.heardBy(over::countDown);
        try (Launchpad launchpad = working(workers);
                Launchpad.Listening ignored = launchpad.listen(new WorkLog(out(), json))) {
            if (!json) {
                out().println("Working with " + home() + "; Ctrl-C ends it.");
                out().flush();
            }
            over.await();
        }
        if (!json) {
            out().println("Ended; nothing of this worker is under way.");
        }
        return Exit.OK;
    }
}
