package io.agentlaunchpad.internal.pipeline;

import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.ArtifactBuilder;
import java.util.Objects;

/** Makes the artifact, or finds the one made before. */
final class Build implements Stages.StageWork {

    @Override
    public void run(Run run) {
        String lock = Objects.requireNonNull(run.row().progress().lock(), "validate leaves a lock behind");
        Artifact artifact =
                run.builder().build(new ArtifactBuilder.Request(run.row().agentId(), run.spec(), lock), run.work());
        run.trail(trail -> trail.withArtifact(artifact));
    }
}
