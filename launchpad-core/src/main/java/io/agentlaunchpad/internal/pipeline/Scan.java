package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.event.Scanned;
import io.agentlaunchpad.spi.OperationRow;
import java.util.Objects;

/** Lets an artifact count only when every scanner has spoken and policy accepts it; then gives it its final name. */
final class Scan implements Stages.StageWork {

    @Override
    public void run(Run run) {
        Artifact artifact = Objects.requireNonNull(run.row().progress().artifact(), "build leaves an artifact behind");
        Secrets secrets = run.secrets(run.row().ask().secretVersion());
        Scanning scanning = Scanning.of(
                artifact, run.builder().ownFiles(artifact), secrets, run.parts().scanners(), run.work());
        OperationRow row = run.row();
        scanning.reports().forEach(report -> run.ledger().tell(new Scanned(row.agentId(), row.id(), report)));
        scanning.judge(run.policy().scan(), run.parts().clock().instant()).forEach(run::warn);
        run.builder().publish(artifact, run.work());
    }
}
