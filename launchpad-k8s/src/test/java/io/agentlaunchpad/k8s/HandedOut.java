package io.agentlaunchpad.k8s;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A builder that builds nothing: it hands out the image that the test names. */
final class HandedOut implements ArtifactBuilder {

    private volatile Artifact next;

    HandedOut(Artifact first) {
        next = first;
    }

    /** What the next launch gets. */
    void next(Artifact artifact) {
        next = artifact;
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.IMAGE;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        return new Resolved("lock", List.of(), List.of());
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        return next;
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {}

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return List.of();
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {}
}
