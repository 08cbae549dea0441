package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanPolicy.Judgement;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.error.ScanException;
import io.agentlaunchpad.spi.ArtifactScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Lets an artifact count only when every scanner has spoken and policy accepts it; then gives it its final name. */
final class Scan implements Stages.StageWork {

    private static final int SHOWN = 20;

    @Override
    public void run(Run run) {
        Artifact artifact = Objects.requireNonNull(run.row().progress().artifact(), "build leaves an artifact behind");
        Secrets secrets = run.secrets(run.row().ask().secretVersion());
        var request = new ArtifactScanner.Request(artifact, run.builder().ownFiles(artifact), secrets);
        List<ScanReport> reports = new ArrayList<>();
        for (ArtifactScanner scanner : run.parts().scanners()) {
            if (scanner.scans().contains(artifact.kind())) {
                run.work().check();
                reports.add(scanner.scan(request, run.work()));
            }
        }
        Judgement judgement =
                run.policy().scan().judge(reports, run.parts().clock().instant());
        judgement.remarks().forEach(run::warn);
        if (!judgement.passes()) {
            throw refused(judgement.refusals());
        }
        run.builder().publish(artifact, run.work());
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
