package io.agentlaunchpad.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.ArtifactBuild;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.jib.LayerSize;
import io.agentlaunchpad.operation.LaunchPolicy;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "build", description = "Build and scan an agent's image, without Docker. Runs nothing.")
final class BuildCommand extends BaseCommand {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(names = "--json", description = "end with one line of JSON that holds the image")
    private boolean json;

    @Option(names = "--timeout", paramLabel = "TIME", description = "how long it may take (default 15m)")
    private String timeout = "15m";

    @Override
    public Integer call() {
        JibImageBuilder builder = images.builder();
        AgentPayload payload = file.read();
        ArtifactBuild build =
                ArtifactBuild.with(builder).policy(LaunchPolicy.standard().scan(images.policy()));
        if (images.scanner().isPresent()) {
            build = build.scanner(images.scanner().get());
        }
        TerminalWork work = TerminalWork.within(Times.parse(timeout), err());
        ArtifactBuild.Result result = build.run(payload.spec(), payload.secrets(), work);
        result.remarks().forEach(remark -> err().println("warning: " + remark));
        Artifact.Image image = (Artifact.Image) result.artifact();
        List<LayerSize> layers = image.tar() == null ? builder.layers(image.ref(), work) : List.of();
        if (json) {
            out().println(line(image, layers));
        } else {
            layers.forEach(
                    layer -> out().println(layer.of() + "  " + layer.digest() + "  " + layer.bytes() + " bytes"));
            out().println(image.ref());
        }
        return Exit.OK;
    }

    private static String line(Artifact.Image image, List<LayerSize> layers) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("image", image.ref().toString());
        var sizes = node.putArray("layerBytes");
        layers.forEach(layer -> sizes.addObject().put("of", layer.of().name()).put("bytes", layer.bytes()));
        return node.toString();
    }
}
