package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.AgentState;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Report;
import io.agentlaunchpad.samples.echomodel.EchoModel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "launch",
        description = {
            "Launch an agent, or update the one of that name.",
            "Local: stays attached until Ctrl-C and then stops the agent; with --detach it leaves the agent running.",
            "Kubernetes: builds, scans and pushes its image, and leaves the healthy agent to the cluster."
        })
final class LaunchCommand extends BaseCommand {

    private static final String OPENAI = "@elizaos/plugin-openai";
    private static final Duration SETTLED_WITHIN = Duration.ofHours(2);

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(
            names = "--echo-model",
            description = "answer with a stand-in that repeats the words, for a trial without a model key")
    private boolean echoModel;

    @Option(names = "--detach", description = "leave the agent running and return")
    private boolean detach;

    @Option(
            names = "--submit",
            description =
                    "only accept the launch, print the operation's id and return; a worker does it (launchpad worker)")
    private boolean submit;

    @Option(names = "--json", description = "one event per line, as JSON")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "how long it may take to become healthy (default 5m)")
    private String timeout = "5m";

    @Option(names = "--waive", paramLabel = "SETTING", description = "let a required plugin setting be missing")
    private List<String> waived = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        boolean cluster = platform.onCluster();
        Wiring wiring = wiring(cluster);
        Interruption.heardBy(() -> {}); // from here on Ctrl-C is heard, and honoured as soon as there is an operation
        Duration limit = Times.parse(timeout);
        AgentPayload payload = file.read();
        if (!echoModel) {
            ConfigFile.warn(payload, err()); // with a stand-in it is told what stays true of the agent that then runs
        }
        EchoModels models = new EchoModels(home());
        LaunchRequest plain = LaunchRequest.of(payload.spec());
        boolean stays = !detach && !submit;
        EchoModel bound = echoModel && stays ? models.startBound(plain.agentId()) : null;
        try (Launchpad launchpad = NothingChanged.ifItFails(() -> wiring.open(submit ? 0 : 1))) {
            AgentSpec spec = payload.spec();
            Secrets secrets = payload.secrets();
            if (echoModel) {
                URI url = bound != null ? bound.baseUrl() : models.ensureDetached(plain.agentId());
                spec = echoing(spec, url);
                secrets = Secrets.of("OPENAI_API_KEY", EchoModel.KEY).over(secrets);
            }
            LaunchPolicy policy = LaunchPolicy.standard().healthyWithin(limit);
            if (cluster) {
                policy = policy.scan(images.policy());
            }
            for (String setting : waived) {
                policy = policy.waive(setting);
            }
            String name = wiring.platformFor(launchpad, plain.agentId().value());
            LaunchRequest request = LaunchRequest.of(spec).on(name).policy(policy);
            return submit ? submit(launchpad, request, secrets) : launch(launchpad, models, request, secrets);
        } finally {
            if (bound != null) {
                bound.close();
            }
        }
    }

    /** Checks that the options agree, before anything is opened or read. */
    private Wiring wiring(boolean cluster) {
        Wiring wiring = new Wiring(common()).at(platform);
        if (!cluster) {
            images.refuseAll();
            return wiring.attached(!detach && !submit);
        }
        if (echoModel) {
            throw new InputException(
                    "--echo-model runs on this machine, where pods cannot reach it.",
                    "name a model that they reach, in pluginConfigs and --secret.");
        }
        // Nothing of an agent on a cluster depends on this process, and Ctrl-C must not stop what others use.
        detach = true;
        if (submit && !images.wanted()) {
            return wiring; // the worker that does it knows where images go
        }
        return wiring.images(images.forCluster(), images.scanner());
    }

    private int submit(Launchpad launchpad, LaunchRequest request, Secrets secrets) {
        Operation operation = NothingChanged.ifItFails(() -> launchpad.submit(request, secrets));
        if (json) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("agentId", operation.agentId().value());
            node.put("operationId", operation.id().value());
            node.put("status", "QUEUED");
            node.put("createdAt", operation.createdAt().toString());
            out().println(node);
        } else {
            out().println(operation.id());
        }
        return Exit.OK;
    }

    private int launch(Launchpad launchpad, EchoModels models, LaunchRequest request, Secrets secrets)
            throws IOException {
        Story story = new Story(out(), paint(), json);
        try (Launchpad.Listening ignored = launchpad.listen(story)) {
            if (!json) {
                out().println("Launching " + request.spec().name() + " as " + request.agentId());
                out().flush();
            }
            Operation operation = NothingChanged.ifItFails(() -> launchpad.submit(request, secrets));
            story.only(operation.id());
            Interruption.heardBy(operation::cancel);
            Report report = operation.await(SETTLED_WITHIN);
            story.end(report, err());
            if (report.outcome() != Outcome.SUCCEEDED) {
                forget(models, launchpad, request);
                return Exit.of(report.outcome());
            }
            Agent agent = launchpad.agent(operation.agentId());
            tell(agent);
            return detach ? Exit.OK : stay(agent);
        }
    }

    /** A launch that left nothing running leaves no stand-in running either. */
    private void forget(EchoModels models, Launchpad launchpad, LaunchRequest request) throws IOException {
        boolean serves = launchpad
                .fleet()
                .find(request.agentId().value())
                .map(agent -> agent.state().revision() != null)
                .orElse(false);
        if (echoModel && !serves) {
            models.delete(request.agentId());
        }
    }

    private void tell(Agent agent) {
        if (json) {
            return;
        }
        AgentState state = agent.state();
        out().println(paint().good(state.health().health().name()) + "  " + agent.name() + " answers"
                + (state.url() == null ? ": launchpad chat " + agent.name() + " \"…\"" : " at " + state.url()));
        state.health().reasons().forEach(reason -> out().println("  " + paint().doubtful("!") + " " + reason));
        out().println("id: " + agent.id());
        if (echoModel) {
            out().println("model: a stand-in that repeats your words");
            out().println("> Hello");
            out().println(agent.chat("Hello").text());
        }
        if (!detach) {
            out().println(paint().quiet("Ctrl-C stops it. Talk to it from another terminal: launchpad chat "
                    + agent.name() + " \"…\""));
        }
        out().flush();
    }

    /** Waits for Ctrl-C, or for the agent's end. */
    private int stay(Agent agent) {
        CountDownLatch over = new CountDownLatch(1);
        Interruption.heardBy(over::countDown);
        Lookout lookout = new Lookout();
        try {
            while (!over.await(1, TimeUnit.SECONDS)) {
                AgentState state = agent.state();
                String reasons = String.join("; ", state.health().reasons());
                switch (lookout.see(state)) {
                    case NOTHING_NEW -> {}
                    case UNWELL -> {
                        err().println(agent.name() + " is UNHEALTHY: " + reasons);
                        err().println("Fix: wait, or read its log: launchpad logs " + agent.name());
                    }
                    case WELL_AGAIN ->
                        err().println(agent.name() + " is " + state.health().health() + " again.");
                    case STOPPED -> {
                        err().println("The agent was stopped by another command.");
                        return Exit.OK;
                    }
                    case ENDED -> {
                        err().println("The agent ended by itself: " + reasons);
                        err().println("Fix: read its log: launchpad logs " + agent.name());
                        return Exit.FAILED;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (io.agentlaunchpad.error.NotFoundException e) {
            err().println("The agent was deleted by another command.");
            return Exit.OK;
        }
        Report stopped = agent.stop().await(Duration.ofMinutes(2));
        if (!json) {
            out().println("Stopped " + agent.name() + ". Start it again: launchpad start " + agent.name());
        }
        return Exit.of(stopped.outcome());
    }

    private static AgentSpec echoing(AgentSpec spec, URI url) {
        AgentSpec.Builder builder = spec.toBuilder();
        boolean has = spec.plugins().stream().anyMatch(plugin -> plugin.name().equals(OPENAI));
        if (!has) {
            builder.plugin(OPENAI);
        }
        return builder.setting(OPENAI, "OPENAI_BASE_URL", url.toString()).build();
    }
}
