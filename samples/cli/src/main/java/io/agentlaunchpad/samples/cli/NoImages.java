package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For commands that run images and build none. A launch that was cut off before its image was built ends here. */
final class NoImages implements ArtifactBuilder {

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.IMAGE;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        throw refused(spec);
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        throw refused(request.spec());
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {}

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return List.of();
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {}

    private static BuildException refused(AgentSpec spec) {
        return new BuildException(
                "An earlier launch of " + spec.name() + " was cut off, and this command builds no images.",
                "launch it again, with --image-repository.");
    }
}
