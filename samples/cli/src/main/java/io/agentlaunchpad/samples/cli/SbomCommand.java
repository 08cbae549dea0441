package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.jib.JibImageBuilder;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.error.NotFoundException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "sbom", description = "Print the bill of materials of an image that Launchpad made, CycloneDX 1.6.")
final class SbomCommand extends BaseCommand {

    @Parameters(paramLabel = "REF", description = "the image, by tag or digest")
    private String ref = "";

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Override
    public Integer call() {
        ImageRef image = Input.image(ref);
        TerminalWork work = TerminalWork.within(Duration.ofMinutes(2), err());
        JibImageBuilder registry = images.reader(image);
        ImageRef exact = image.digest() != null ? image : registry.exact(image, work);
        Sbom sbom = registry.sbom(exact, work)
                .orElseThrow(() -> new NotFoundException(
                        "SBOM_NOT_FOUND",
                        "No bill of materials is attached to " + exact + ".",
                        "build the image with launchpad build; images of others have none of ours.",
                        null));
        out().println(sbom.toJson().stripTrailing());
        return Exit.OK;
    }
}
