package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.operation.OperationId;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description = {
            "Cancel an operation, whichever process runs it; what it changed is taken back first.",
            "Ends with 0 once it is asked for, with 3 where the operation is settled already."
        })
final class CancelCommand extends BaseCommand {

    @Parameters(paramLabel = "OPERATION", description = "its id; see launchpad operations")
    private String id = "";

    @Option(names = "--wait", paramLabel = "TIME", description = "wait so long for its end (default: do not wait)")
    private String wait = "";

    @Override
    public Integer call() {
        try (Launchpad launchpad = new Wiring(common()).open(0)) {
            Operation operation = launchpad.operation(operationId());
            if (!operation.cancel()) {
                operation
                        .report()
                        .ifPresent(report -> err().println("Operation " + operation.id() + " is settled already: "
                                + report.outcome().label() + "."));
                return Exit.REJECTED;
            }
            if (!wait.isEmpty()) {
                Duration limit = Times.parse(wait);
                out().println(operation.await(limit).outcome().label());
            } else {
                out().println("Cancellation of " + operation.kind().label() + " " + operation.agentId()
                        + " is asked for.");
            }
            return Exit.OK;
        }
    }

    private OperationId operationId() {
        try {
            return new OperationId(id);
        } catch (IllegalArgumentException e) {
            throw new InputException(e.getMessage() + ".", "use an id of: launchpad operations.");
        }
    }
}
