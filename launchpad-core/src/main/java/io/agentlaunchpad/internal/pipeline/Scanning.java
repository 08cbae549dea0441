package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanPolicy;
import io.agentlaunchpad.artifact.ScanPolicy.Judgement;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.error.ScanException;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What every scanner that can read an artifact said of it.
 *
 * @param reports one for each
 */
public record Scanning(List<ScanReport> reports) {

    private static final int SHOWN = 20;

    public Scanning {
        reports = List.copyOf(reports);
    }

    /** Asks them, one after the other. */
    public static Scanning of(
            Artifact artifact,
            List<Path> ownFiles,
            Secrets secrets,
            List<ArtifactScanner> scanners,
            WorkContext context) {
        var request = new ArtifactScanner.Request(artifact, ownFiles, secrets);
        List<ScanReport> reports = new ArrayList<>();
        for (ArtifactScanner scanner : scanners) {
            if (scanner.scans().contains(artifact.kind())) {
                context.check();
                reports.add(scanner.scan(request, context));
            }
        }
        return new Scanning(reports);
    }

    /**
     * Lets the artifact pass, or not.
     *
     * @return what a person should know all the same
     * @throws ScanException with every refusal
     */
    public List<String> judge(ScanPolicy policy, Instant now) {
        Judgement judgement = policy.judge(reports, now);
        if (!judgement.passes()) {
            throw refused(judgement.refusals());
        }
        return judgement.remarks();
    }

    private static ScanException refused(List<String> refusals) {
        String all = String.join("\n  ", refusals.subList(0, Math.min(SHOWN, refusals.size())));
        String more = refusals.size() > SHOWN ? "\n  … and " + (refusals.size() - SHOWN) + " more" : "";
        return new ScanException(
                "The scan refused the artifact (" + refusals.size() + "):\n  " + all + more,
                "remove what was found, update what has a fixed version, or waive a finding with a reason and an end date"
                        + " (ScanPolicy.waive).");
    }
}
