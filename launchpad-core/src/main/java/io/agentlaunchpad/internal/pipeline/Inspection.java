package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanPolicy.Judgement;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks into what agents run from, and changes nothing. */
public final class Inspection {

    private final Parts parts;

    public Inspection(Parts parts) {
        this.parts = parts;
    }

    /**
     * What was found in what serves.
     *
     * @param artifact what serves
     * @param reports one for each scanner that reads it
     * @param judgement what the standing policy says to them
     */
    public record Findings(Artifact artifact, List<ScanReport> reports, Judgement judgement) {}

    public Findings scan(AgentRow agent, WorkContext context) {
        Release release = serving(agent);
        Artifact artifact = release.artifact();
        Secrets secrets = HeldSecrets.of(release, parts.platform(agent.platform()));
        List<ScanReport> reports = Scanning.of(
                        artifact, builder(artifact).ownFiles(artifact), secrets, parts.scanners(), context)
                .reports();
        Judgement judgement =
                parts.policy().scan().judge(reports, context.clock().instant());
        List<String> remarks = new ArrayList<>(judgement.remarks());
        if (reports.stream().allMatch(report -> report.scanner().equals(LeakScanner.NAME))) {
            remarks.add("Nobody looked for known vulnerabilities: no scanner that does is wired for a "
                    + artifact.kind().name().toLowerCase(java.util.Locale.ROOT) + ".");
        }
        return new Findings(artifact, reports, new Judgement(judgement.refusals(), remarks));
    }

    public Optional<String> sbom(AgentRow agent, WorkContext context) {
        Artifact artifact = serving(agent).artifact();
        context.check();
        return builder(artifact).sbom(artifact, context);
    }

    private Release serving(AgentRow agent) {
        return new HeldSecrets(parts.store())
                .serving(agent)
                .orElseThrow(() -> new ConflictException(
                        "NOTHING_SERVES",
                        "No release of agent " + agent.id() + " serves yet.",
                        "wait for its launch to succeed.",
                        null));
    }

    private ArtifactBuilder builder(Artifact artifact) {
        ArtifactBuilder builder = parts.builders().get(artifact.kind());
        if (builder == null) {
            throw new ConflictException(
                    "ARTIFACT_UNREADABLE",
                    "Nothing is wired here that knows " + artifact.kind() + " artifacts.",
                    "add the builder that made it with artifacts(…).",
                    null);
        }
        return builder;
    }
}
