package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.agent.PluginInfo;
import io.agentlaunchpad.agent.Preflight;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.ArtifactBuilder.Resolved;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Platform;
import java.util.Optional;

/** Refuses what cannot succeed, and fixes everything that could differ between two days, before anything is built. */
final class Validate implements Stages.StageWork {

    @Override
    public void run(Run run) {
        OperationRow row = run.row();
        Platform platform = run.platform();
        if (row.kind() == OperationKind.LAUNCH) {
            resolve(run);
            platform.preflight(row.agentId(), run.spec(), run.work()).forEach(run::warn);
            return;
        }
        Release serving = run.serving().orElseThrow(() -> Deploy.nothingServes(row));
        if (row.kind() == OperationKind.ROLLBACK) {
            rollbackTo(run, serving);
        }
        AgentSpec spec = row.kind() == OperationKind.SCALE && row.ask().replicas() > 0
                ? serving.spec().withReplicas(row.ask().replicas())
                : serving.spec();
        if (row.kind() != OperationKind.STOP) {
            platform.preflight(row.agentId(), spec, run.work()).forEach(run::warn);
        }
    }

    private static void resolve(Run run) {
        String kept = run.row().ask().refreshLock() ? null : run.agent().lock();
        Resolved resolved = run.builder().resolve(run.spec(), kept, run.work());
        PluginCatalog catalog = run.parts().catalog();
        for (String packageJson : resolved.plugins()) {
            catalog = catalog.with(PluginInfo.fromPackageJson(packageJson));
        }
        Preflight preflight = Preflight.check(
                run.spec(),
                run.secrets(run.row().ask().secretVersion()).names(),
                catalog,
                run.policy().waived());
        if (!preflight.problems().isEmpty()) {
            throw new InvalidAgentException(preflight.problems());
        }
        preflight.warnings().forEach(warning -> run.warn(warning.toString()));
        resolved.warnings().forEach(run::warn);
        run.trail(trail -> trail.withLock(resolved.lock()));
    }

    /** The revision that a rollback applies: the one asked for, or the healthy one before. */
    static int rollbackTo(Run run, Release serving) {
        int asked = run.row().ask().revision();
        var releases = run.parts().store().read(tables -> tables.releases().list(serving.agentId()));
        if (asked > 0) {
            if (releases.stream().noneMatch(release -> release.revision() == asked)) {
                throw new NotFoundException(
                        "REVISION_NOT_FOUND",
                        "Agent " + serving.agentId() + " has no revision " + asked + "; it has "
                                + releases.stream().map(Release::revision).toList() + ".",
                        "name one of them.",
                        null);
            }
            return asked;
        }
        Optional<Release> before = releases.stream()
                .filter(release -> release.revision() < serving.revision())
                .filter(release -> !release.run().stopped())
                .filter(release -> !release.artifact().equals(serving.artifact())
                        || !release.objects().equals(serving.objects()))
                .findFirst();
        return before.orElseThrow(() -> new ConflictException(
                        "Agent " + serving.agentId() + " has no release before revision " + serving.revision()
                                + " that differs from it.",
                        "launch it with another configuration instead."))
                .revision();
    }
}
