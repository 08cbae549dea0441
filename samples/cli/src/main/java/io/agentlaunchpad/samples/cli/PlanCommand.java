package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = {
            "Show what a launch would run, and how that differs from what runs now. Builds nothing, changes nothing there.",
            "An image that is not built yet is shown as unknown; secret values are compared and never shown."
        })
final class PlanCommand extends BaseCommand {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SOMETHING_CHANGES = 1;

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(names = "--json", description = "one line of JSON: changes, warnings and objects")
    private boolean json;

    @Option(names = "--exit-code", description = "exit with 1 when a launch would change something")
    private boolean exitCode;

    @Override
    public Integer call() {
        Wiring wiring = new Wiring(common()).at(platform);
        if (!platform.onCluster()) {
            images.refuseAll();
        } else if (images.wanted()) {
            images.forCluster(); // nothing is built, and what launch would refuse is refused
        }
        AgentPayload payload = file.read();
        ConfigFile.warn(payload, err());
        try (Launchpad launchpad = wiring.open(0)) {
            LaunchRequest request = LaunchRequest.of(payload.spec());
            request = request.on(wiring.platformFor(launchpad, request.agentId().value()));
            Preflight preflight = launchpad.validate(request, payload.secrets());
            if (!preflight.problems().isEmpty()) {
                throw new InvalidAgentException(preflight.problems());
            }
            Plan plan = launchpad.plan(request, payload.secrets());
            plan.warnings().forEach(warning -> err().println("warning: " + warning));
            if (json) {
                out().println(line(request, plan));
            } else {
                tell(plan);
            }
            return exitCode && !plan.changesNothing() ? SOMETHING_CHANGES : Exit.OK;
        }
    }

    private void tell(Plan plan) {
        JsonNode objects = objects(plan);
        out().println(objects.isTextual() ? objects.asText() : objects.toPrettyString());
        out().println();
        for (Change change : plan.changes()) {
            out().println(mark(change.action()) + " " + change.object());
            change.differences().forEach(difference -> out().println("    " + difference));
        }
        out().println(plan.changesNothing() ? "A launch would change nothing." : "A launch would change this.");
    }

    private String mark(Change.Action action) {
        String word = String.format(Locale.ROOT, "%-6s", action.name().toLowerCase(Locale.ROOT));
        return switch (action) {
            case CREATE -> paint().good("+ " + word);
            case UPDATE -> paint().doubtful("~ " + word);
            case DELETE -> paint().bad("- " + word);
            case KEEP -> paint().quiet("= " + word);
        };
    }

    private static String line(LaunchRequest request, Plan plan) {
        ObjectNode node = JSON.createObjectNode();
        node.put("agentId", request.agentId().value());
        node.put("platform", request.platform());
        node.put("changesNothing", plan.changesNothing());
        ArrayNode changes = node.putArray("changes");
        for (Change change : plan.changes()) {
            ObjectNode one = changes.addObject();
            one.put("object", change.object());
            one.put("action", change.action().name());
            change.differences().forEach(one.putArray("differences")::add);
        }
        plan.warnings().forEach(node.putArray("warnings")::add);
        node.set("objects", objects(plan));
        return node.toString();
    }

    /** What a platform renders is text to everyone else; both of ours render JSON. */
    private static JsonNode objects(Plan plan) {
        try {
            return JSON.readTree(plan.objects());
        } catch (IOException e) {
            return TextNode.valueOf(plan.objects());
        }
    }
}
