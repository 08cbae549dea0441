package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.operation.LaunchRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "validate", description = "Check a configuration. Builds nothing, changes nothing.")
final class ValidateCommand extends BaseCommand {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Option(names = "--json", description = "problems as a JSON array of {path, problem, fix} on standard output")
    private boolean json;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        Set<Problem> warnings = new LinkedHashSet<>();
        try {
            AgentPayload payload = file.read();
            warnings.addAll(payload.warnings());
            try (Launchpad launchpad = looking()) {
                Preflight preflight = launchpad.validate(LaunchRequest.of(payload.spec()), payload.secrets());
                problems.addAll(preflight.problems());
                warnings.addAll(preflight.warnings());
            }
        } catch (InvalidAgentException e) {
            problems.addAll(e.problems());
        }
        warnings.forEach(warning -> err().println("warning: " + warning));
        if (json) {
            out().println(array(problems));
        } else {
            problems.forEach(err()::println);
        }
        return problems.isEmpty() ? Exit.OK : Exit.INVALID;
    }

    private static String array(List<Problem> problems) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Problem problem : problems) {
            array.addObject()
                    .put("path", problem.path())
                    .put("problem", problem.problem())
                    .put("fix", problem.fix());
        }
        return array.toString();
    }
}
