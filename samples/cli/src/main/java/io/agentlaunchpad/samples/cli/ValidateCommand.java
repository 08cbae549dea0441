package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.project.Bounds;
import io.agentlaunchpad.project.LockResolver;
import io.agentlaunchpad.project.Npm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "validate", description = "Check a configuration. Builds nothing, changes nothing.")
final class ValidateCommand extends BaseCommand {

    private static final Duration ASKING = Duration.ofMinutes(3);

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
            try (Launchpad launchpad = new Wiring(common()).open(0)) {
                LaunchRequest request = LaunchRequest.of(payload.spec());
                boolean known =
                        launchpad.fleet().find(request.agentId().value()).isPresent();
                Preflight preflight =
                        launchpad.validate(known ? request : request.on(PlatformOptions.LOCAL), payload.secrets());
                problems.addAll(preflight.problems());
                warnings.addAll(preflight.warnings());
            }
            published(payload, problems, warnings);
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

    /** Plugins that Launchpad does not know are asked for what they published about their settings. */
    private static void published(AgentPayload payload, List<Problem> problems, Set<Problem> warnings) {
        List<String> unknown = payload.spec().effectivePlugins().stream()
                .map(PluginRef::name)
                .filter(name -> PluginCatalog.shipped().find(name).isEmpty())
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        try {
            PluginCatalog catalog = new LockResolver(Npm.onPath())
                    .resolve(payload.spec().effectivePlugins(), Bounds.within(ASKING))
                    .catalog();
            Preflight known = Preflight.check(payload.spec(), payload.secrets().names(), catalog, Set.of());
            warnings.removeIf(warning -> unknown.stream().anyMatch(warning.problem()::contains));
            known.problems().stream()
                    .filter(problem -> !problems.contains(problem))
                    .forEach(problems::add);
            warnings.addAll(known.warnings());
        } catch (BuildException e) {
            problems.add(new Problem("$.selectedPlugins", e.failure().message(), e.fix()));
        } catch (LaunchpadException e) {
            warnings.add(new Problem(
                    "$.selectedPlugins",
                    "What " + String.join(", ", unknown) + " needs could not be asked: "
                            + e.failure().message(),
                    e.fix()));
        }
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
