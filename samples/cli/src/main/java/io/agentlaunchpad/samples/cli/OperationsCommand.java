package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.operation.OperationId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "operations",
        description = {
            "Show the operations that wait or run, oldest first; with --agent what was asked of that one, newest first.",
            "With --follow also how each of them goes on, until Ctrl-C."
        })
final class OperationsCommand extends BaseCommand {

    private static final int MOST = 1_000;

    @Option(names = "--agent", paramLabel = "ID", description = "of one agent, settled ones too")
    private @Nullable String agent;

    @Option(
            names = {"-f", "--follow"},
            description = "wait for news, until Ctrl-C")
    private boolean follow;

    @Option(names = "--json", description = "one operation per line, as JSON")
    private boolean json;

    private final Map<OperationId, String> told = new LinkedHashMap<>();

    @Override
    public Integer call() throws InterruptedException {
        try (Launchpad launchpad = new Wiring(common()).open(0)) {
            List<Operation> known = operations(launchpad);
            if (known.isEmpty() && !follow) {
                err().println(agent == null ? "No operation waits or runs." : "Nothing was asked of " + agent + ".");
            }
            known.forEach(this::tell);
            if (follow) {
                CountDownLatch over = new CountDownLatch(1);
                Interruption.heardBy(over::countDown);
                // Other processes do the work, so following means looking again.
                while (!over.await(500, TimeUnit.MILLISECONDS)) {
                    operations(launchpad).forEach(this::tell);
                    told.keySet().stream().toList().forEach(id -> tellEnd(launchpad, id));
                }
            }
            return Exit.OK;
        }
    }

    private List<Operation> operations(Launchpad launchpad) {
        if (agent == null) {
            return launchpad.openOperations(MOST);
        }
        Agent found = new Wiring(common()).find(launchpad, agent);
        return found.operations(MOST);
    }

    /** A settled one is no longer among the open ones: its end is the last that is told of it. */
    private void tellEnd(Launchpad launchpad, OperationId id) {
        Operation operation = launchpad.operation(id);
        if (operation.report().isPresent()) {
            tell(operation);
            if (agent == null) {
                told.remove(id);
            }
        }
    }

    private void tell(Operation operation) {
        String state = state(operation);
        if (!Objects.equals(told.put(operation.id(), state), state)) {
            out().println(json ? asJson(operation, state) : asText(operation, state));
            out().flush();
        }
    }

    private static String state(Operation operation) {
        return operation
                .report()
                .map(report -> report.outcome().name())
                .or(() -> operation.stage().map(Enum::name))
                .orElse("QUEUED");
    }

    private static String asText(Operation operation, String state) {
        return String.format(
                Locale.ROOT,
                "%s  %s  %-8s  %-40s  %s",
                operation.id(),
                operation.createdAt(),
                operation.kind(),
                operation.agentId(),
                state);
    }

    private static String asJson(Operation operation, String state) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("operationId", operation.id().value());
        node.put("agentId", operation.agentId().value());
        node.put("kind", operation.kind().name());
        node.put("state", state);
        node.put("createdAt", operation.createdAt().toString());
        operation.report().ifPresent(report -> {
            node.put("settledAt", report.settledAt().toString());
            report.failureIfAny().ifPresent(failure -> node.put("code", failure.code()));
        });
        return node.toString();
    }
}
