package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Launchpad;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "worker",
        description = {
            "Do the work that others submit, until Ctrl-C: then claim nothing more, finish or hand back what runs, and end.",
            "For launches on a cluster it builds the images: name the cluster and --image-repository.",
            "It writes into an agent's events what somebody else changes of it on the cluster.",
            "Several workers share the work; agents go on when a worker ends."
        })
final class WorkerCommand extends BaseCommand {

    @Option(names = "--workers", paramLabel = "N", description = "how many operations at once (default 2)")
    private int workers = 2;

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(names = "--json", description = "one event per line, as JSON")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (workers < 1) {
            throw new InputException("--workers " + workers + " does no work.", "give 1 or more.");
        }
        Wiring wiring = wiring();
        CountDownLatch over = new CountDownLatch(1);
        Interruption.heardBy(over::countDown);
        try (Launchpad launchpad = wiring.open(workers);
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

    private Wiring wiring() {
        Wiring wiring = new Wiring(common()).at(platform).watchingDrift();
        if (!platform.onCluster()) {
            images.refuseAll();
            return wiring;
        }
        return wiring.images(images.forCluster(), images.scanner());
    }
}
