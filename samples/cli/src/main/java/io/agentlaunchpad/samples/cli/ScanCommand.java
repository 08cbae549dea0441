package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.artifact.ScanPolicy.Judgement;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.spi.ArtifactScanner;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "scan", description = "Scan an image in a registry and say whether it would pass.")
final class ScanCommand extends BaseCommand {

    @Parameters(paramLabel = "REF", description = "the image, by tag or digest")
    private String ref = "";

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(names = "--timeout", paramLabel = "TIME", description = "how long it may take (default 10m)")
    private String timeout = "10m";

    @Override
    public Integer call() {
        ImageRef image = Input.image(ref);
        ArtifactScanner scanner = images.scanner()
                .orElseThrow(() -> new InputException("--scanner none scans nothing.", "leave it out."));
        TerminalWork work = TerminalWork.within(Times.parse(timeout), err());
        ImageRef exact = image.digest() != null ? image : images.reader(image).exact(image, work);
        ScanReport report =
                scanner.scan(new ArtifactScanner.Request(new Artifact.Image(exact), List.of(), Secrets.none()), work);
        for (Finding finding : report.findings()) {
            out().println(finding.layer() + "  " + finding);
        }
        Judgement judgement = images.policy().judge(List.of(report), Instant.now());
        judgement.remarks().forEach(remark -> err().println("warning: " + remark));
        if (!judgement.passes()) {
            err().println("Refused (" + judgement.refusals().size() + "):");
            judgement.refusals().forEach(refusal -> err().println("  " + refusal));
            err().println("Fix: update what has a fixed version, or waive a finding with --waive-finding.");
            return Exit.REJECTED;
        }
        out().println(exact + " passes");
        return Exit.OK;
    }
}
