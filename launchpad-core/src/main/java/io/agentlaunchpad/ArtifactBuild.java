package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.internal.pipeline.LeakScanner;
import io.agentlaunchpad.internal.pipeline.Scanning;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.spi.WorkContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds and scans an artifact without running it: for a build host that has no platform, or a pipeline that deploys by
 * other means. The same stages as a launch's, by the same rules: the artifact gets its final name only after its scan.
 *
 * <pre>{@code
 * ArtifactBuild.with(JibImageBuilder.pushingTo("registry.example/agents")).scanner(TrivyScanner.onPath())
 *         .run(spec, Secrets.none(), context).artifact()
 * }</pre>
 *
 * <p>Immutable; safe for use by several threads. Nothing is stored.
 */
public final class ArtifactBuild {

    private final ArtifactBuilder builder;
    private final List<ArtifactScanner> scanners;
    private final LaunchPolicy policy;
    private final PluginCatalog catalog;

    private ArtifactBuild(
            ArtifactBuilder builder, List<ArtifactScanner> scanners, LaunchPolicy policy, PluginCatalog catalog) {
        this.builder = builder;
        this.scanners = scanners;
        this.policy = policy;
        this.catalog = catalog;
    }

    /** By the standard policy, with the secret-leak scanner alone. */
    public static ArtifactBuild with(ArtifactBuilder builder) {
        return new ArtifactBuild(builder, List.of(new LeakScanner()), LaunchPolicy.standard(), PluginCatalog.shipped());
    }

    /** With one more scanner. */
    public ArtifactBuild scanner(ArtifactScanner scanner) {
        List<ArtifactScanner> more = new ArrayList<>(scanners);
        more.add(scanner);
        return new ArtifactBuild(builder, List.copyOf(more), policy, catalog);
    }

    /** By other rules; only what they say of scans and waivers matters here. */
    public ArtifactBuild policy(LaunchPolicy rules) {
        return new ArtifactBuild(builder, scanners, rules, catalog);
    }

    /**
     * Builds, scans and names the artifact of one agent.
     *
     * @param secrets that the agent will have; looked for in the artifact, and put nowhere
     * @throws InvalidAgentException with every problem
     * @throws io.agentlaunchpad.error.ScanException when policy refuses it; it keeps its provisional name
     */
    public Result run(AgentSpec spec, Secrets secrets, WorkContext context) {
        AgentId agentId = AgentId.of(Owner.LOCAL, spec.name());
        ArtifactBuilder.Resolved resolved = builder.resolve(spec, null, context);
        PluginCatalog known = catalog;
        for (String packageJson : resolved.plugins()) {
            known = known.with(PluginInfo.fromPackageJson(packageJson));
        }
        // Values come with the launch: only what is wrong with the configuration itself refuses a build.
        List<String> remarks = new ArrayList<>(resolved.warnings());
        Preflight preflight = Preflight.check(spec, secrets.names(), known, policy.waived());
        preflight.problems().forEach(problem -> remarks.add(problem.toString()));
        preflight.warnings().forEach(warning -> remarks.add(warning.toString()));
        Artifact artifact = builder.build(new ArtifactBuilder.Request(agentId, spec, resolved.lock()), context);
        Scanning scanned = Scanning.of(artifact, builder.ownFiles(artifact), secrets, scanners, context);
        remarks.addAll(scanned.judge(policy.scan(), context.clock().instant()));
        builder.publish(artifact, context);
        return new Result(artifact, scanned.reports(), remarks);
    }

    /**
     * What was built.
     *
     * @param artifact with its final name
     * @param reports one for each scanner
     * @param remarks what a person should know all the same
     */
    public record Result(Artifact artifact, List<ScanReport> reports, List<String> remarks) {

        public Result {
            reports = List.copyOf(reports);
            remarks = List.copyOf(remarks);
        }
    }
}
